pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

// One place for each character of the code, grouped as it is written on a card.
Row {
    id: row

    required property var slots
    property bool wrong: false
    // What assistive technology reads as the content of the field.
    readonly property string text: slots.map(slot => slot.character).join("")
    property real groupGap: Theme.mm(6)
    property real tallest: Theme.mm(28)
    readonly property int groups: slots.filter(slot => slot.begins).length
    readonly property real slotGap: Theme.mm(1.6)
    readonly property real slotWidth: Math.floor((width - (groups - 1) * (groupGap - slotGap) - (slots.length - 1) * slotGap) / Math.max(1, slots.length))

    // A code is read from left to right in every language.
    LayoutMirroring.enabled: false
    spacing: 0
    height: Math.min(slotWidth * 1.5, tallest)

    Repeater {
        model: row.slots.length

        Item {
            id: slot
            required property int index
            readonly property string character: row.slots[index]?.character ?? ""
            readonly property bool begins: row.slots[index]?.begins ?? false
            readonly property bool next: row.slots[index]?.next ?? false
            readonly property real before: index === 0 ? 0 : begins ? row.groupGap : row.slotGap

            width: row.slotWidth + before
            height: row.height

            Rectangle {
                x: slot.before
                width: row.slotWidth
                height: parent.height
                radius: Theme.mm(2.5)
                color: slot.next ? Theme.actionTint : Theme.card
                border.width: slot.next || row.wrong ? Theme.line : Theme.hair
                border.color: row.wrong ? Theme.urgent : slot.next ? Theme.action : Theme.secondInk

                Words {
                    anchors.centerIn: parent
                    text: slot.character
                    letters: Math.round(Math.min(row.slotWidth * 0.78, row.height * 0.6))
                    font.bold: true
                    Accessible.ignored: true
                }
            }
        }
    }
}
