import QtQuick
import QtQuick.Layouts
import QtQuick.Shapes
import "../theme"

// Where to sit, or which desk to go to.
Panel {
    id: panel

    readonly property bool whole: true

    required property var card
    property bool seat: true

    implicitHeight: row.implicitHeight + 2 * Theme.air(6.5)

    GridLayout {
        id: row
        columns: Theme.large ? 1 : 2
        rowSpacing: Theme.mm(4)
        anchors.verticalCenter: parent.verticalCenter
        x: Theme.mm(9)
        width: parent.width - 2 * x
        columnSpacing: Theme.mm(8)

        Rectangle {
            visible: panel.seat
            implicitWidth: Theme.mm(32)
            implicitHeight: Theme.mm(32)
            radius: Theme.smallRadius
            color: Theme.actionTint

            Figure {
                anchors.centerIn: parent
                width: Theme.mm(24)
                height: Theme.mm(24)

                ShapePath {
                    fillColor: "transparent"
                    strokeColor: Theme.action
                    strokeWidth: 9
                    capStyle: ShapePath.RoundCap
                    joinStyle: ShapePath.RoundJoin
                    PathSvg {
                        path: "M 27 12 L 33 56 H 76 V 90 M 33 56 L 30 90"
                    }
                }
                ShapePath {
                    fillColor: "transparent"
                    strokeColor: Theme.action
                    strokeWidth: 7
                    capStyle: ShapePath.RoundCap
                    PathSvg {
                        path: "M 44 38 H 72"
                    }
                }
            }
        }

        ColumnLayout {
            Layout.fillWidth: true
            spacing: Theme.mm(2)

            Words {
                Layout.fillWidth: true
                text: panel.card.placeLabel
                color: Theme.secondInk
                letters: Theme.smallLetters
            }
            Words {
                Layout.fillWidth: true
                text: panel.card.place
                letters: panel.seat ? Theme.titleLetters : Theme.bannerLetters
                font.bold: true
            }
            Words {
                Layout.fillWidth: true
                text: panel.card.way
                color: Theme.secondInk
            }
        }
    }
}
