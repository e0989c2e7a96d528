import QtQuick
import "../theme"

// One key. A key that cannot follow stays where it is and is dimmed.
Press {
    id: key

    required property string character
    property bool digit: false

    name: "key:" + character
    types: true
    color: !enabled ? "transparent" : held ? Theme.action : Theme.card
    border.width: enabled ? Theme.line : Theme.hair
    border.color: enabled ? Theme.action : Theme.hairline
    Accessible.name: character

    Words {
        anchors.centerIn: parent
        text: key.character === "-" ? "–" : key.character
        color: !key.enabled ? Theme.dimmed : key.held ? Theme.inverse : Theme.ink
        letters: key.digit ? Theme.steadyLetters(17) : Theme.steadyLetters(13)
        font.bold: key.enabled
        Accessible.ignored: true
    }
}
