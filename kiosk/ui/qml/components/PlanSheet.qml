pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes
import "../theme"

// One floor: its rooms, the way over it, and where one is, changes floors, and sits down. Nothing of it is mirrored.
Item {
    id: sheet

    required property var floor
    required property string you
    property bool named: false

    // Pixels of one unit.
    readonly property real unit: Math.max(0.001, Math.min(width / floor.width, height / floor.height))
    readonly property real fieldX: (width - floor.width * unit) / 2
    readonly property real fieldY: (height - floor.height * unit) / 2
    // A large one has room for all that there is.
    readonly property bool roomy: floor.width * unit >= Theme.mm(150)

    function held(at: real, size: real, from: real, room: real): real {
        return Math.round(Math.max(from, Math.min(at, from + room - size)));
    }
    function px(x: real): real {
        return fieldX + x * unit;
    }
    function py(y: real): real {
        return fieldY + y * unit;
    }

    component PlanSign: Rectangle {
        id: tag

        required property string words
        property color ink: Theme.ink

        width: label.implicitWidth + Theme.mm(3)
        height: label.implicitHeight + Theme.mm(0.5)
        radius: Theme.mm(1.6)
        color: Theme.card
        border.width: Theme.hair
        border.color: Theme.detail

        Words {
            id: label
            x: Theme.mm(1.5)
            y: Math.round((parent.height - height) / 2)
            text: tag.words
            color: tag.ink
            letters: Theme.smallestPlanLetters
            font.bold: true
            wrapMode: Text.NoWrap
        }
    }

    Item {
        x: sheet.fieldX
        y: sheet.fieldY
        width: sheet.floor.width
        height: sheet.floor.height
        scale: sheet.unit
        transformOrigin: Item.TopLeft

        component PlanLines: Shape {
            preferredRendererType: Shape.CurveRenderer
        }

        PlanLines {
            Stroke {
                fillColor: Theme.planRoom
                strokeWidth: -1
                d: sheet.floor.rooms
            }
            // The edge of what is shown.
            Stroke {
                strokeColor: Theme.closedLine
                strokeWidth: Theme.hair / sheet.unit
                d: `M 0 0 H ${sheet.floor.width} V ${sheet.floor.height} H 0 Z`
            }
            Stroke {
                fillColor: Theme.planRoom
                strokeColor: Theme.detail
                strokeWidth: Theme.mm(0.3) / sheet.unit
                d: sheet.floor.others
            }
            Stroke {
                fillColor: Theme.planTarget
                strokeColor: Theme.action
                strokeWidth: Theme.mm(1) / sheet.unit
                d: sheet.floor.target
            }
            Stroke {
                strokeColor: Theme.detail
                strokeWidth: Theme.mm(0.35) / sheet.unit
                d: sheet.floor.details
            }
            Stroke {
                strokeColor: Theme.detail
                strokeWidth: Math.max(1.5, Theme.mm(sheet.roomy ? 0.9 : 0.6)) / sheet.unit
                capStyle: ShapePath.SquareCap
                d: sheet.floor.walls
            }
            Stroke {
                strokeColor: Theme.card
                strokeWidth: Theme.mm(sheet.roomy ? 4 : 3.4) / sheet.unit
                d: sheet.floor.way
            }
            Stroke {
                strokeColor: Theme.action
                strokeWidth: Theme.mm(sheet.roomy ? 2.4 : 2) / sheet.unit
                d: sheet.floor.way
            }
        }
    }

    Repeater {
        model: sheet.roomy ? sheet.floor.marks.length : 0

        PlanMark {
            required property int index
            readonly property var mark: sheet.floor.marks[index] ?? ({
                    kind: "",
                    x: 0,
                    y: 0
                })

            kind: mark.kind
            width: Theme.mm(7)
            x: sheet.held(sheet.px(mark.x) - width / 2, width, sheet.fieldX, sheet.floor.width * sheet.unit)
            y: sheet.held(sheet.py(mark.y) - height / 2, height, sheet.fieldY, sheet.floor.height * sheet.unit)
        }
    }
    Repeater {
        model: sheet.floor.signs.length

        Words {
            required property int index
            readonly property var sign: sheet.floor.signs[index] ?? ({
                    words: "",
                    x: 0,
                    y: 0
                })

            x: Math.round(sheet.px(sign.x) - width / 2)
            y: Math.round(sheet.py(sign.y) - height / 2)
            text: sign.words
            color: Theme.secondInk
            letters: Theme.smallestPlanLetters
            wrapMode: Text.NoWrap
        }
    }
    Repeater {
        model: sheet.floor.lift.length

        PlanMark {
            required property int index
            readonly property var mark: sheet.floor.lift[index] ?? ({
                    kind: "",
                    x: 0,
                    y: 0
                })

            kind: mark.kind
            used: true
            width: Theme.mm(sheet.roomy ? 11 : 9)
            x: Math.round(sheet.px(mark.x) - width / 2)
            y: Math.round(sheet.py(mark.y) - height / 2)
        }
    }

    // Which floor it is, in the corner that nothing else needs.
    PlanSign {
        visible: sheet.named
        words: sheet.floor.name
        x: sheet.fieldX + (sheet.floor.tagRight ? sheet.floor.width * sheet.unit - width : 0)
        y: sheet.fieldY + (sheet.floor.tagBelow ? sheet.floor.height * sheet.unit - height : 0)
    }

    // The way ends here: its head at the edge of the area, and the sign that hangs in it.
    Figure {
        visible: sheet.floor.ends
        width: Theme.mm(7.5)
        height: width
        x: sheet.px(sheet.floor.endX) - width / 2
        y: sheet.py(sheet.floor.endY) - height / 2
        rotation: sheet.floor.heading

        Stroke {
            fillColor: Theme.action
            strokeColor: Theme.planTarget
            strokeWidth: 8
            d: "M 50 0 L 100 82 L 50 64 L 0 82 Z"
        }
    }
    PlanSign {
        visible: sheet.floor.ends && sheet.floor.sign !== ""
        words: sheet.floor.sign
        color: Theme.action
        ink: Theme.inverse
        border.width: 0
        x: sheet.held(sheet.px(sheet.floor.signX) - width / 2, width, sheet.fieldX, sheet.floor.width * sheet.unit)
        y: sheet.held(sheet.py(sheet.floor.signY) - height / 2, height, sheet.fieldY, sheet.floor.height * sheet.unit)
    }

    // Where one is.
    Rectangle {
        id: dot
        visible: sheet.floor.here
        width: Theme.mm(8)
        height: width
        radius: width / 2
        x: Math.round(sheet.px(sheet.floor.youX) - width / 2)
        y: Math.round(sheet.py(sheet.floor.youY) - height / 2)
        color: Theme.ink
        border.width: Theme.mm(1)
        border.color: Theme.card

        Rectangle {
            anchors.centerIn: parent
            width: Theme.mm(2.6)
            height: width
            radius: width / 2
            color: Theme.card
        }
    }
    PlanSign {
        readonly property real away: Theme.mm(1)
        readonly property bool fits: sheet.floor.youLeft ? dot.x >= width + away : dot.x + dot.width + away + width <= sheet.width

        visible: dot.visible
        words: sheet.you
        // Where it does not fit beside the dot it stands above or below, on the side that the way leaves free.
        x: sheet.held((sheet.floor.youLeft ? dot.x - width - away : dot.x + dot.width + away) + (fits ? 0 : (sheet.floor.youLeft ? 1 : -1) * dot.width * 0.4), width, 0, sheet.width)
        y: sheet.held(fits ? dot.y + (dot.height - height) / 2 : dot.y - height, height, 0, sheet.height)
    }
}
