import QtQuick
import QtQuick.Layouts
import "../theme"

// Up and down through what is longer than its room.
RowLayout {
    id: row

    required property PageBody body
    readonly property Item owner: body

    visible: body.leaves.length > 1
    spacing: Theme.keyGap
    uniformCellSizes: true

    component LeafButton: Press {
        id: button

        required property string words
        required property string drawing

        Layout.fillWidth: true
        implicitHeight: Math.max(Theme.target, label.implicitHeight + Theme.mm(2))
        color: !enabled ? Theme.paper : held ? Theme.actionTint : Theme.card
        border.width: enabled ? Theme.line : Theme.hair
        border.color: enabled ? Theme.action : Theme.closedLine
        Accessible.name: words

        RowLayout {
            anchors.centerIn: parent
            width: Math.min(implicitWidth, parent.width - Theme.mm(4))
            spacing: Theme.mm(3)

            Figure {
                implicitWidth: label.letters
                implicitHeight: label.letters

                Stroke {
                    strokeColor: label.color
                    strokeWidth: 14
                    d: button.drawing
                }
            }
            Words {
                id: label
                Layout.fillWidth: true
                text: button.words
                color: button.enabled ? Theme.action : Theme.secondInk
                letters: Theme.dense ? Theme.frameLetters : Theme.choiceNoteLetters
                font.bold: button.enabled
                spacing: 1.08
                Accessible.ignored: true
            }
        }
    }

    LeafButton {
        name: "leaf:back"
        words: Theme.leafWords[0] ?? ""
        drawing: "M 12 68 L 50 30 L 88 68"
        enabled: row.body.leaf > 0
        onActed: row.body.leaf--
    }
    LeafButton {
        name: "leaf:on"
        words: Theme.leafWords[1] ?? ""
        drawing: "M 12 32 L 50 70 L 88 32"
        enabled: row.body.leaf < row.body.leaves.length - 1
        onActed: row.body.leaf++
    }
}
