pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

// How the card is put into the slot of the card reader: chip first, and it stays there.
Item {
    id: picture

    // Shown in one piece.
    readonly property bool whole: true

    readonly property real unit: Math.min(width / 100, height / 124)
    property bool presented: true
    // How far the card is in the slot.
    property real depth: presented ? 1 : 0
    readonly property bool moving: visible && !Theme.calm

    implicitWidth: Theme.mm(100)
    implicitHeight: Theme.mm(124)

    onMovingChanged: presented = true

    Behavior on depth {
        NumberAnimation {
            duration: Theme.move
            easing.type: Easing.OutCubic
        }
    }

    Timer {
        interval: picture.presented ? 2600 : 900
        running: picture.moving
        repeat: true
        onTriggered: picture.presented = !picture.presented
    }

    Item {
        anchors.centerIn: parent
        width: 100 * picture.unit
        height: 124 * picture.unit

        // The card, under the edge of the reader, with its chip towards the slot.
        Rectangle {
            x: 30 * picture.unit
            y: (62 - 20 * picture.depth) * picture.unit
            width: 40 * picture.unit
            height: 60 * picture.unit
            radius: 4 * picture.unit
            color: Theme.card
            border.width: Math.max(1, 1.2 * picture.unit)
            border.color: Theme.action

            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                y: 7 * picture.unit
                width: 9 * picture.unit
                height: 11 * picture.unit
                radius: 1.6 * picture.unit
                color: Theme.chip
            }
            Rectangle {
                x: 8 * picture.unit
                y: 40 * picture.unit
                width: 24 * picture.unit
                height: 3 * picture.unit
                radius: height / 2
                color: Theme.detail
            }
            Rectangle {
                x: 8 * picture.unit
                y: 47 * picture.unit
                width: 16 * picture.unit
                height: 2.4 * picture.unit
                radius: height / 2
                color: Theme.hairline
            }
        }

        // The reader with its slot, and the light above it.
        Rectangle {
            x: 12 * picture.unit
            width: 76 * picture.unit
            height: 56 * picture.unit
            radius: 6 * picture.unit
            color: Theme.ink

            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                y: 14 * picture.unit
                width: 8 * picture.unit
                height: width
                radius: width / 2
                color: picture.presented ? Theme.readerLight : Theme.detail
            }
            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                anchors.bottom: parent.bottom
                anchors.bottomMargin: 3 * picture.unit
                width: 50 * picture.unit
                height: 4 * picture.unit
                radius: height / 2
                color: Theme.paper
            }
        }
    }
}
