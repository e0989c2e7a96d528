pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Shapes
import "../theme"

// What the house has to say today: calm, with a sign, and never larger than what the page is about.
Rectangle {
    id: board

    required property var bulletins

    visible: bulletins.length > 0
    implicitHeight: column.implicitHeight + 2 * Theme.mm(4.5)
    radius: Theme.smallRadius
    color: Theme.actionTint

    GridLayout {
        id: column
        anchors.verticalCenter: parent.verticalCenter
        x: Theme.mm(6)
        width: parent.width - 2 * x
        // Side by side where there is room.
        columns: width > Theme.mm(320) ? 2 : 1
        columnSpacing: Theme.mm(10)
        rowSpacing: Theme.mm(4)
        uniformCellWidths: true

        Repeater {
            model: board.bulletins.length

            RowLayout {
                id: row
                required property int index

                spacing: Theme.mm(5)
                Layout.fillWidth: true

                Figure {
                    implicitWidth: Theme.mm(11)
                    implicitHeight: Theme.mm(11)
                    Layout.alignment: Qt.AlignVCenter

                    ShapePath {
                        fillColor: Theme.action
                        strokeWidth: -1
                        PathSvg {
                            path: "M 50 2 A 48 48 0 1 1 50 98 A 48 48 0 1 1 50 2 Z"
                        }
                    }
                    ShapePath {
                        fillColor: Theme.onDark
                        strokeWidth: -1
                        PathSvg {
                            path: "M 50 17 A 9 9 0 1 1 50 35 A 9 9 0 1 1 50 17 Z M 42 43 H 58 V 81 H 42 Z"
                        }
                    }
                }
                Words {
                    Layout.fillWidth: true
                    text: board.bulletins[row.index] ?? ""
                    font.pixelSize: Theme.noteLetters
                }
            }
        }
    }
}
