import QtQuick
import QtQuick.Layouts
import "../theme"

// A choice in service mode: smaller letters than a client's, and the same size for the finger.
Press {
    id: button

    required property var choice
    readonly property string choiceId: choice?.id ?? ""
    readonly property string words: choice?.words ?? ""
    readonly property string note: choice?.note ?? ""
    readonly property bool main: choice?.main ?? false
    // The answer that was given.
    readonly property bool on: choice?.on ?? false

    name: "choice:" + choiceId
    enabled: choice?.open ?? true
    implicitHeight: Math.max(Theme.target, column.implicitHeight + 2 * Theme.mm(2.5))
    color: !enabled ? Theme.paper : main ? (held ? Theme.actionPressed : Theme.action) : held || on ? Theme.actionTint : Theme.card
    border.width: on ? 2 * Theme.line : enabled ? Theme.line : Theme.hair
    border.color: enabled ? Theme.action : Theme.closedLine
    Accessible.name: [words, note].filter(part => part !== "").join(". ")

    ColumnLayout {
        id: column
        anchors.verticalCenter: parent.verticalCenter
        x: Theme.mm(3)
        width: parent.width - 2 * x
        spacing: 0

        Words {
            Layout.fillWidth: true
            text: button.words
            color: !button.enabled ? Theme.secondInk : button.main ? Theme.inverse : Theme.action
            letters: Theme.staffLetters(9.5)
            font.bold: button.enabled
            horizontalAlignment: Text.AlignHCenter
            spacing: 1.1
            Accessible.ignored: true
        }
        Words {
            Layout.fillWidth: true
            text: button.note
            color: button.main && button.enabled ? Theme.inverse : Theme.secondInk
            letters: Theme.staffLetters(7)
            horizontalAlignment: Text.AlignHCenter
            Accessible.ignored: true
        }
    }
}
