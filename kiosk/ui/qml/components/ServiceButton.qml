import QtQuick
import QtQuick.Layouts
import "../theme"

// One of several services, with how it stands there. What is not open can be read, but not chosen.
Press {
    id: button

    required property var choice
    // How it stands there is told elsewhere.
    property bool brief: false
    readonly property string choiceId: choice?.id ?? ""
    readonly property bool open: choice?.open ?? true

    name: "choice:" + choiceId
    enabled: open
    implicitHeight: Math.max(Theme.low ? Theme.target : Theme.choice, row.implicitHeight + 2 * Theme.mm(Theme.low ? 1.2 : Theme.apart ? 2 : 4))
    radius: Theme.radius
    color: !open ? Theme.paper : held ? Theme.actionTint : Theme.card
    border.width: open ? Theme.line : Theme.hair
    border.color: open ? Theme.action : Theme.closedLine
    Accessible.name: (choice?.words ?? "") + " " + (choice?.note ?? "")

    RowLayout {
        id: row
        anchors.verticalCenter: parent.verticalCenter
        x: Theme.mm(Theme.apart ? 4 : 9)
        width: parent.width - 2 * x
        spacing: Theme.mm(5)

        ColumnLayout {
            Layout.fillWidth: true
            spacing: Theme.mm(1)

            Words {
                Layout.fillWidth: true
                text: button.choice?.words ?? ""
                color: button.open ? Theme.action : Theme.secondInk
                letters: button.brief ? Theme.sharedChoiceLetters : Theme.choiceLetters
                font.bold: button.open
                spacing: Theme.dense ? 1.08 : Theme.lineHeight
                Accessible.ignored: true
            }
            Words {
                Layout.fillWidth: true
                text: button.brief ? "" : button.choice?.note ?? ""
                color: button.open ? Theme.ink : Theme.secondInk
                letters: Theme.choiceNoteLetters
                Accessible.ignored: true
            }
        }
        Chevron {
            visible: button.open && !Theme.apart
            implicitWidth: Theme.mm(10)
            implicitHeight: Theme.mm(10)
        }
    }
}
