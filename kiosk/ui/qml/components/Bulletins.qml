pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Shapes
import "../theme"

// What the house has to say today, never larger than what the page is about. A warning has a form, a word and a frame
// of its own; a note is calm.
GridLayout {
    id: board

    required property var bulletins

    visible: bulletins.length > 0
    // Side by side where there is room; lines beside each other could not be leafed through.
    columns: width > Theme.mm(320) && !Theme.large ? Math.min(2, bulletins.length) : 1
    columnSpacing: Theme.mm(5)
    rowSpacing: Theme.mm(3)
    uniformCellWidths: true

    Repeater {
        model: board.bulletins.length

        Rectangle {
            id: bulletin
            readonly property bool whole: true
            required property int index
            readonly property bool warns: board.bulletins[index]?.warns ?? false
            readonly property string label: board.bulletins[index]?.label ?? ""

            objectName: warns ? "bulletin:warning" : "bulletin:note"
            Layout.fillWidth: true
            Layout.fillHeight: true
            implicitHeight: row.implicitHeight + 2 * Theme.mm(3.5)
            radius: Theme.smallRadius
            color: warns ? Theme.waitingTint : Theme.actionTint
            border.width: warns ? Theme.mm(1) : 0
            border.color: Theme.waiting

            RowLayout {
                id: row
                anchors.verticalCenter: parent.verticalCenter
                x: Theme.mm(6)
                width: parent.width - 2 * x
                spacing: Theme.mm(5)

                Figure {
                    objectName: "sign:warning"
                    visible: bulletin.warns
                    implicitWidth: Theme.mm(13)
                    implicitHeight: Theme.mm(13)

                    ShapePath {
                        fillColor: Theme.waiting
                        strokeColor: Theme.waiting
                        strokeWidth: 8
                        joinStyle: ShapePath.RoundJoin
                        PathSvg {
                            path: "M 50 10 L 94 90 H 6 Z"
                        }
                    }
                    ShapePath {
                        fillColor: Theme.inverse
                        strokeWidth: -1
                        PathSvg {
                            path: "M 44 34 H 56 V 64 H 44 Z M 50 69 A 7.5 7.5 0 1 1 50 84 A 7.5 7.5 0 1 1 50 69 Z"
                        }
                    }
                }
                Figure {
                    objectName: "sign:note"
                    visible: !bulletin.warns
                    implicitWidth: Theme.mm(11)
                    implicitHeight: Theme.mm(11)

                    ShapePath {
                        fillColor: Theme.action
                        strokeWidth: -1
                        PathSvg {
                            path: "M 50 2 A 48 48 0 1 1 50 98 A 48 48 0 1 1 50 2 Z"
                        }
                    }
                    ShapePath {
                        fillColor: Theme.inverse
                        strokeWidth: -1
                        PathSvg {
                            path: "M 50 17 A 9 9 0 1 1 50 35 A 9 9 0 1 1 50 17 Z M 42 43 H 58 V 81 H 42 Z"
                        }
                    }
                }
                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: 0

                    Words {
                        Layout.fillWidth: true
                        text: bulletin.label
                        letters: Theme.noteLetters
                        font.bold: true
                    }
                    Words {
                        Layout.fillWidth: true
                        text: board.bulletins[bulletin.index]?.words ?? ""
                        letters: Theme.noteLetters
                    }
                }
            }
        }
    }
}
