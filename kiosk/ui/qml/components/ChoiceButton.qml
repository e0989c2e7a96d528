import QtQuick
import QtQuick.Layouts
import "../theme"

// A choice of the page: filled where it is the main one, outlined otherwise.
Press {
    id: button

    required property var choice
    property bool large: false
    // One of two that share a line.
    property bool shares: false
    // While a page gives way to one with fewer choices, a button may have none for a moment.
    readonly property string choiceId: choice?.id ?? ""
    readonly property string words: choice?.words ?? ""
    readonly property string note: choice?.note ?? ""
    readonly property bool main: choice?.main ?? false
    readonly property real wordsHeight: column.implicitHeight
    readonly property color ground: main ? Theme.action : Theme.card
    readonly property color groundHeld: main ? Theme.actionPressed : Theme.actionTint

    name: "choice:" + choiceId
    implicitHeight: Math.max(main && large ? Theme.mainChoice : Theme.choice, column.implicitHeight + 2 * Theme.mm(Theme.low ? 1.2 : Theme.apart ? 2 : 4))
    radius: Theme.radius
    color: !enabled ? Theme.paper : held ? groundHeld : ground
    border.width: Theme.line
    border.color: enabled ? Theme.action : Theme.hairline
    Accessible.name: [words, note].filter(part => part !== "").join(". ")

    ColumnLayout {
        id: column
        anchors.verticalCenter: parent.verticalCenter
        x: Theme.mm(!button.shares ? 6 : Theme.dense ? 2 : 3.5)
        width: parent.width - 2 * x
        spacing: Theme.mm(1)

        Words {
            Layout.fillWidth: true
            text: button.words
            color: !button.enabled ? Theme.dimmed : button.main ? Theme.inverse : Theme.action
            letters: button.main && button.large ? Theme.mainChoiceLetters : button.shares ? Theme.sharedChoiceLetters : Theme.choiceLetters
            font.bold: true
            spacing: Theme.dense ? 1.08 : Theme.lineHeight
            horizontalAlignment: Text.AlignHCenter
            Accessible.ignored: true
        }
        Words {
            Layout.fillWidth: true
            text: button.note
            color: button.main ? Theme.inverse : Theme.secondInk
            letters: Theme.choiceNoteLetters
            horizontalAlignment: Text.AlignHCenter
            Accessible.ignored: true
        }
    }
}
