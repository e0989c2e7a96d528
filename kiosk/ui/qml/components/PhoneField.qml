import QtQuick
import "../theme"

// A phone number being typed, in groups, with a mark where the next digit goes.
Rectangle {
    id: field

    required property string shown
    property bool wrong: false

    implicitHeight: Theme.mm(28)
    radius: Theme.mm(2.5)
    color: Theme.card
    border.width: Theme.line
    border.color: wrong ? Theme.urgent : Theme.action

    Words {
        id: digits
        anchors.verticalCenter: parent.verticalCenter
        x: Theme.mm(6)
        text: field.shown
        // The longest number there can be has fifteen digits, a plus and five gaps.
        font.pixelSize: Math.round(Math.min(Theme.steadyLetters(18), (field.width - 3 * x) / 10.6))
        font.bold: true
        wrapMode: Text.NoWrap
        Accessible.ignored: true
    }
    Rectangle {
        anchors.verticalCenter: parent.verticalCenter
        x: digits.visible ? digits.x + digits.contentWidth + Theme.mm(2) : digits.x
        width: Theme.mm(1)
        height: parent.height * 0.56
        color: Theme.action
    }
}
