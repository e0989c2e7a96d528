import QtQuick
import QtQuick.Layouts
import "../theme"

// The way to a person: dark red with a bell, in the same place on every page.
Press {
    id: button

    required property var choice
    readonly property string choiceId: choice?.id ?? ""

    name: "choice:" + choiceId
    visible: choiceId !== ""
    implicitHeight: Math.max(Theme.mm(22), Theme.target)
    color: held ? Theme.urgentPressed : Theme.urgent
    Accessible.name: choice?.words ?? ""

    RowLayout {
        id: row
        anchors.centerIn: parent
        width: Math.min(implicitWidth, parent.width - 2 * Theme.mm(3))
        spacing: Theme.mm(3)

        BellFigure {
            implicitWidth: Theme.mm(9.5)
            implicitHeight: Theme.mm(9.5)
            color: Theme.onDark
        }
        Words {
            Layout.fillWidth: true
            text: button.choice?.words ?? ""
            color: Theme.onDark
            font.pixelSize: Theme.frameLetters
            font.bold: true
            spacing: 1.08
            Accessible.ignored: true
        }
    }
}
