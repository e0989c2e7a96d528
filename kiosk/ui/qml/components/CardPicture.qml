pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes
import "../theme"

// How the card is shown: the screen, the reader below it, and the card that moves up into its light.
Item {
    id: picture

    // Shown in one piece.
    readonly property bool whole: true

    readonly property real unit: Math.min(width / 100, height / 124)
    property bool presented: true
    // How far the card has moved towards the reader.
    property real lift: presented ? 1 : 0
    readonly property bool moving: visible && !Theme.calm

    implicitWidth: Theme.mm(100)
    implicitHeight: Theme.mm(124)

    onMovingChanged: presented = true

    Behavior on lift {
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
        id: field
        anchors.centerIn: parent
        width: 100 * picture.unit
        height: 124 * picture.unit

        // The light of the reader, under the card.
        Shape {
            anchors.fill: parent
            opacity: 0.35 + 0.65 * picture.lift
            preferredRendererType: Shape.CurveRenderer

            ShapePath {
                fillColor: Theme.light
                strokeWidth: -1
                startX: 35 * picture.unit
                startY: 64 * picture.unit
                PathLine {
                    x: 65 * picture.unit
                    y: 64 * picture.unit
                }
                PathLine {
                    x: 92 * picture.unit
                    y: 112 * picture.unit
                }
                PathLine {
                    x: 8 * picture.unit
                    y: 112 * picture.unit
                }
                PathLine {
                    x: 35 * picture.unit
                    y: 64 * picture.unit
                }
            }
        }

        // The kiosk: a screen with a page on it, and the reader's window.
        Rectangle {
            x: 12 * picture.unit
            width: 76 * picture.unit
            height: 66 * picture.unit
            radius: 6 * picture.unit
            color: Theme.ink

            Rectangle {
                x: 5 * picture.unit
                y: 5 * picture.unit
                width: 66 * picture.unit
                height: 44 * picture.unit
                radius: 2.5 * picture.unit
                color: Theme.paper

                Rectangle {
                    x: 7 * picture.unit
                    y: 7 * picture.unit
                    width: 34 * picture.unit
                    height: 5 * picture.unit
                    radius: height / 2
                    color: Theme.ink
                }
                Rectangle {
                    x: 7 * picture.unit
                    y: 16 * picture.unit
                    width: 46 * picture.unit
                    height: 3 * picture.unit
                    radius: height / 2
                    color: Theme.hairline
                }
                Rectangle {
                    x: 7 * picture.unit
                    y: 22 * picture.unit
                    width: 28 * picture.unit
                    height: 3 * picture.unit
                    radius: height / 2
                    color: Theme.hairline
                }
                Rectangle {
                    x: 7 * picture.unit
                    y: 31 * picture.unit
                    width: 52 * picture.unit
                    height: 8 * picture.unit
                    radius: 2 * picture.unit
                    color: Theme.action
                }
            }
            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                y: 54 * picture.unit
                width: 32 * picture.unit
                height: 7 * picture.unit
                radius: height / 2
                color: picture.presented ? Theme.readerLight : Theme.detail
            }
        }

        // The card.
        Rectangle {
            id: card
            x: 18 * picture.unit
            y: (84 - 8 * picture.lift) * picture.unit
            width: 64 * picture.unit
            height: 40 * picture.unit
            radius: 4 * picture.unit
            color: Theme.card
            border.width: Math.max(1, 1.2 * picture.unit)
            border.color: Theme.action
            Rectangle {
                x: 6 * picture.unit
                y: 7 * picture.unit
                width: 11 * picture.unit
                height: 8.5 * picture.unit
                radius: 1.6 * picture.unit
                color: Theme.chip
            }
            Rectangle {
                x: 23 * picture.unit
                y: 7.5 * picture.unit
                width: 28 * picture.unit
                height: 3 * picture.unit
                radius: height / 2
                color: Theme.detail
            }
            Rectangle {
                x: 23 * picture.unit
                y: 13 * picture.unit
                width: 18 * picture.unit
                height: 2.4 * picture.unit
                radius: height / 2
                color: Theme.hairline
            }
            Row {
                x: 6 * picture.unit
                y: 22 * picture.unit
                spacing: 0.9 * picture.unit

                Repeater {
                    model: [1.8, 0.9, 0.9, 2.6, 0.9, 1.8, 0.9, 2.6, 1.8, 0.9, 0.9, 1.8, 2.6, 0.9, 1.8, 0.9, 0.9, 2.6, 0.9, 1.8]

                    Rectangle {
                        required property real modelData

                        width: modelData * picture.unit
                        height: 11.5 * picture.unit
                        color: Theme.ink
                    }
                }
            }
        }
    }
}
