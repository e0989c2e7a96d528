import QtQuick
import "../theme"

// A choice of the page: filled where it is the main one, outlined otherwise.
Press {
    id: button

    required property var choice
    property bool large: false
    // While a page gives way to one with fewer choices, a button may have none for a moment.
    readonly property string choiceId: choice?.id ?? ""
    readonly property string words: choice?.words ?? ""
    readonly property bool main: choice?.main ?? false
    readonly property color ground: main ? Theme.action : Theme.card
    readonly property color groundHeld: main ? Theme.actionPressed : Theme.actionTint

    name: "choice:" + choiceId
    implicitHeight: Math.max(main && large ? Theme.mainChoice : Theme.choice, label.implicitHeight + 2 * Theme.mm(4))
    radius: Theme.radius
    color: !enabled ? Theme.paper : held ? groundHeld : ground
    border.width: Theme.line
    border.color: enabled ? Theme.action : Theme.hairline
    Accessible.name: words

    Words {
        id: label
        anchors.centerIn: parent
        width: parent.width - 2 * Theme.mm(6)
        text: button.words
        color: !button.enabled ? Theme.dimmed : button.main ? Theme.onDark : Theme.action
        font.pixelSize: button.main && button.large ? Theme.titleLetters : Theme.choiceLetters
        font.bold: true
        horizontalAlignment: Text.AlignHCenter
        Accessible.ignored: true
    }
}
