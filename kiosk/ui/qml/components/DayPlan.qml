pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Shapes
import "../theme"

// The visits of a day in their order. What is checked in now stands on a ground of its own with a sign; the rest is
// quieter, on the same line of time.
Panel {
    id: plan

    required property var rows
    // Two or three visits have room to be larger.
    readonly property bool roomy: rows.length < 4
    readonly property int hourLetters: Theme.letters(roomy ? 25 : 19)

    implicitHeight: column.implicitHeight + 2 * column.y

    ColumnLayout {
        id: column
        x: Theme.mm(5)
        y: Theme.mm(5)
        width: parent.width - 2 * x
        spacing: Theme.mm(2)

        Repeater {
            model: plan.rows.length

            Rectangle {
                id: visit

                readonly property bool whole: true
                required property int index
                readonly property var row: plan.rows[index] ?? ({})
                readonly property bool now: row.now ?? false
                readonly property string title: row.title ?? ""
                readonly property string place: row.place ?? ""
                readonly property string note: row.note ?? ""

                Layout.fillWidth: true
                implicitHeight: words.implicitHeight + 2 * Theme.mm(plan.roomy ? 7 : 3.5)
                radius: Theme.smallRadius
                color: now ? Theme.actionTint : Theme.card

                // The line of time, from sign to sign.
                Rectangle {
                    visible: visit.index > 0
                    x: mark.x + (mark.width - width) / 2
                    y: -column.spacing
                    width: Theme.line
                    height: mark.y + column.spacing
                    color: Theme.action
                }
                Rectangle {
                    visible: visit.index < plan.rows.length - 1
                    x: mark.x + (mark.width - width) / 2
                    y: mark.y + mark.height
                    width: Theme.line
                    height: parent.height - y
                    color: Theme.action
                }

                Figure {
                    id: mark
                    x: Theme.mirrored ? parent.width - width - Theme.mm(4) : Theme.mm(4)
                    anchors.verticalCenter: parent.verticalCenter
                    width: Theme.mm(13)
                    height: width

                    ShapePath {
                        fillColor: visit.now ? Theme.action : Theme.card
                        strokeColor: Theme.action
                        strokeWidth: 7
                        PathSvg {
                            path: visit.now ? "M 50 4 A 46 46 0 1 1 50 96 A 46 46 0 1 1 50 4 Z" : "M 50 28 A 22 22 0 1 1 50 72 A 22 22 0 1 1 50 28 Z"
                        }
                    }
                    ShapePath {
                        fillColor: "transparent"
                        strokeColor: visit.now ? Theme.inverse : "transparent"
                        strokeWidth: 12
                        capStyle: ShapePath.RoundCap
                        joinStyle: ShapePath.RoundJoin
                        PathSvg {
                            path: "M 27 53 L 43 69 L 74 34"
                        }
                    }
                }

                GridLayout {
                    id: words
                    columns: Theme.large ? 1 : 2
                    anchors.verticalCenter: parent.verticalCenter
                    x: Theme.mm(Theme.mirrored ? 5 : 10) + (Theme.mirrored ? 0 : mark.width)
                    width: parent.width - mark.width - Theme.mm(15)
                    columnSpacing: Theme.mm(7)
                    rowSpacing: Theme.mm(1)

                    Words {
                        Layout.preferredWidth: Theme.large ? -1 : clock.advanceWidth + 2
                        Layout.maximumWidth: words.width
                        text: visit.row.time ?? ""
                        color: visit.now ? Theme.action : Theme.secondInk
                        letters: visit.now ? plan.hourLetters : Theme.letters(plan.roomy ? 18 : 14.5)
                        font.bold: true
                        wrapMode: Text.NoWrap
                    }
                    ColumnLayout {
                        Layout.fillWidth: true
                        spacing: Theme.mm(1)

                        Words {
                            Layout.fillWidth: true
                            text: visit.title !== "" ? visit.title : visit.place
                            color: visit.now ? Theme.ink : Theme.secondInk
                            letters: Theme.letters((visit.now ? 13 : 11.5) + (plan.roomy ? 1.5 : 0))
                            font.bold: visit.now
                        }
                        Words {
                            Layout.fillWidth: true
                            text: visit.title !== "" ? visit.place : ""
                            color: visit.now ? Theme.ink : Theme.secondInk
                            letters: Theme.letters(plan.roomy ? 11.5 : 10)
                        }
                        Words {
                            Layout.fillWidth: true
                            text: visit.note
                            color: visit.now ? Theme.ink : Theme.secondInk
                            letters: Theme.letters(plan.roomy ? 11.5 : 10)
                            font.bold: visit.now
                        }
                    }
                }
            }
        }
    }

    // All times take the width of the widest, so that what stands beside them is in line.
    TextMetrics {
        id: clock
        font.family: Theme.family
        font.pixelSize: plan.hourLetters
        font.bold: true
        text: "00:00"
    }
}
