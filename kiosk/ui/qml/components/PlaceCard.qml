pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Shapes
import "../theme"

// Where to sit, or which desk to go to: in words, by an arrow as seen from here, and drawn where there is room.
Panel {
    id: panel

    readonly property bool whole: true

    required property var card
    property bool seat: true
    // The plan may stand here, beside the words.
    property bool drawing: false

    readonly property bool led: card.plan.sheets.length > 0
    readonly property bool drawn: drawing && Theme.drawn && (led || card.photo !== "")
    // The sign beside the label takes no room from words that are large, or that have a drawing beside them.
    readonly property bool compact: drawn || Theme.large
    readonly property real air: Theme.air(drawn ? 4.5 : Theme.large ? 4 : 6.5)
    // As high as its words need, or as its drawing would like.
    readonly property real most: (drawn ? Math.max(words.implicitHeight, plan.most) : row.implicitHeight) + 2 * air

    implicitHeight: row.implicitHeight + 2 * air

    GridLayout {
        id: row
        columns: Theme.large ? 1 : 3
        rowSpacing: Theme.mm(4)
        y: panel.air
        height: parent.height - 2 * y
        x: Theme.mm(panel.drawn ? 7 : 9)
        width: parent.width - 2 * x
        columnSpacing: Theme.mm(panel.drawn ? 6 : 8)

        Loader {
            readonly property real side: Theme.mm(32)

            visible: active && !panel.compact
            active: panel.led || panel.seat
            Layout.preferredWidth: side
            Layout.preferredHeight: side
            sourceComponent: panel.led ? arrow : chair
        }

        ColumnLayout {
            id: words
            Layout.fillWidth: true
            Layout.fillHeight: false
            // The same share whatever the words, so that each language has the same drawing.
            Layout.preferredWidth: panel.drawn ? row.width * 0.505 : -1
            Layout.maximumWidth: panel.drawn ? row.width * 0.505 : Number.POSITIVE_INFINITY
            spacing: Theme.mm(2)

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.mm(5)

                Loader {
                    visible: panel.compact && (panel.led || panel.seat)
                    active: visible
                    Layout.preferredWidth: Theme.mm(Theme.large ? 22 : 17)
                    Layout.preferredHeight: Theme.mm(Theme.large ? 22 : 17)
                    sourceComponent: panel.led ? arrow : chair
                }
                Words {
                    Layout.fillWidth: true
                    text: panel.card.placeLabel
                    color: Theme.secondInk
                    letters: Theme.smallLetters
                }
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

        FloorPlan {
            id: plan
            visible: panel.drawn
            plan_: panel.card.plan
            photo: panel.card.photo
            Layout.fillWidth: true
            Layout.fillHeight: true
        }
    }

    Component {
        id: arrow
        TurnArrow {
            eighths: panel.card.plan.eighths
            told: panel.card.plan.told
        }
    }
    Component {
        id: chair
        Rectangle {
            radius: Theme.smallRadius
            color: Theme.actionTint

            Figure {
                anchors.centerIn: parent
                width: parent.width * 0.75
                height: width

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
    }
}
