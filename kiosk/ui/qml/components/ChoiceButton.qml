import QtQuick
import "../theme"

// A choice of the page: filled where it is the main one, outlined otherwise.
Press {
    id: button

    required property var choice
    property bool large: false
    readonly property bool main: choice.main
    readonly property color ground: main ? Theme.action : Theme.card
    readonly property color groundHeld: main ? Theme.actionPressed : Theme.actionTint

    name: "choice:" + choice.id
    implicitHeight: Math.max(main && large ? Theme.mainChoice : Theme.choice, label.implicitHeight + 2 * Theme.mm(4))
    radius: Theme.radius
    color: !enabled ? Theme.paper : held ? groundHeld : ground
    border.width: Theme.line
    border.color: enabled ? Theme.action : Theme.hairline
    Accessible.name: choice.words

    Words {
        id: label
        anchors.centerIn: parent
        width: parent.width - 2 * Theme.mm(6)
        text: button.choice.words
        color: !button.enabled ? Theme.dimmed : button.main ? Theme.onDark : Theme.action
        font.pixelSize: button.main && button.large ? Theme.titleLetters : Theme.choiceLetters
        font.bold: true
        horizontalAlignment: Text.AlignHCenter
        Accessible.ignored: true
    }
}
