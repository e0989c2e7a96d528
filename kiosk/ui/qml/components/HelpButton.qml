import QtQuick
import QtQuick.Layouts
import "../theme"

// The way to a person: dark red with a bell, in the same place on every page.
Press {
    id: button

    required property var choice
    required property int letters
    readonly property string choiceId: choice?.id ?? ""

    name: "choice:" + choiceId
    visible: choiceId !== ""
    color: held ? Theme.urgentPressed : Theme.urgent
    Accessible.name: choice?.words ?? ""

    RowLayout {
        id: row
        anchors.centerIn: parent
        width: Math.min(implicitWidth, parent.width - 2 * Theme.mm(2))
        spacing: Theme.mm(3)

        BellFigure {
            implicitWidth: button.letters * 1.15
            implicitHeight: button.letters * 1.15
            color: Theme.inverse
        }
        Words {
            Layout.fillWidth: true
            text: button.choice?.words ?? ""
            color: Theme.inverse
            letters: button.letters
            font.bold: true
            spacing: 1.08
            Accessible.ignored: true
        }
    }
}
