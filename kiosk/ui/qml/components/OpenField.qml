import QtQuick
import "../theme"

// What is being typed, as it is typed, where nobody knows how long it gets, with a mark where the next character goes.
Rectangle {
    id: field

    required property string shown
    // As much as it must be able to show: letters get no smaller while somebody types.
    required property string longest
    property bool wrong: false
    // What assistive technology reads as the content of the field.
    readonly property string text: shown

    LayoutMirroring.enabled: false
    LayoutMirroring.childrenInherit: true
    implicitHeight: Math.max(Theme.mm(Theme.apart ? 22 : 28), Math.round(characters.font.pixelSize * 1.3))
    radius: Theme.mm(2.5)
    color: Theme.card
    border.width: Theme.line
    border.color: wrong ? Theme.urgent : Theme.action

    TextMetrics {
        id: measure
        font.family: Theme.family
        font.pixelSize: 100
        font.bold: true
        text: field.longest
    }
    Words {
        id: characters
        anchors.verticalCenter: parent.verticalCenter
        x: Theme.mm(6)
        text: field.shown
        letters: Math.floor(Math.min(Theme.steadyLetters(Theme.large ? 14 : 18), 100 * (field.width - 3 * x) / Math.max(1, measure.advanceWidth)))
        font.bold: true
        wrapMode: Text.NoWrap
        Accessible.ignored: true
    }
    Rectangle {
        anchors.verticalCenter: parent.verticalCenter
        x: characters.visible ? characters.x + characters.contentWidth + Theme.mm(2) : characters.x
        width: Theme.mm(1)
        height: parent.height * 0.56
        color: Theme.action
    }
}
