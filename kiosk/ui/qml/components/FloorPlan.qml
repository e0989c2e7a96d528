pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

// The way from here to where to sit, floor by floor, and what the place looks like. Side by side or one below the other,
// whichever gives the larger drawing.
Item {
    id: plan

    // Shown in one piece.
    readonly property bool whole: true

    required property var plan_
    property string photo: ""
    readonly property var sheets: plan_.sheets
    property bool begun: false
    readonly property int count: sheets.length + (photo !== "" && sheets.length < 2 ? 1 : 0)
    readonly property bool several: sheets.length > 1

    // While a page changes there may be none.
    readonly property var none: ({
            name: "",
            width: 1,
            height: 1,
            rooms: "",
            walls: "",
            details: "",
            others: "",
            signs: [],
            marks: [],
            way: "",
            ends: false,
            endX: 0,
            endY: 0,
            heading: 0,
            target: "",
            sign: "",
            signX: 0,
            signY: 0,
            tagRight: false,
            tagBelow: false,
            youLeft: false,
            here: false,
            youX: 0,
            youY: 0,
            lift: []
        })
    readonly property real gap: Theme.mm(stacked ? 5 : 8)
    // The widest and the highest floor, in units, so that all are drawn alike.
    readonly property real wide: sheets.reduce((most, one) => Math.max(most, one.width), 1)
    readonly property real high: sheets.reduce((most, one) => Math.max(most, one.height), 1)
    readonly property real ratio: sheets.length > 0 ? high / wide : 0.6
    readonly property bool stacked: count > 1 && scaleFor(1, count) > scaleFor(count, 1)
    readonly property int columns: stacked ? 1 : count
    readonly property int rows: stacked ? count : 1

    // How high it would be at this width, and the least in which the words on it leave the way to be seen: where it is
    // too narrow for them, more than any screen has.
    readonly property real most: Math.ceil(stackedHeight(width) * rows + gap * (rows - 1))
    readonly property real least: (width - Theme.mm(8) * (count / piled - 1)) / (count / piled) < 14 * Theme.smallestPlanLetters ? Theme.screenHeight : Math.ceil(Math.max(Theme.mm(30), 4.4 * Theme.smallestPlanLetters) * piled + Theme.mm(5) * (piled - 1))
    readonly property int piled: width < Theme.mm(150) ? count : 1

    implicitHeight: least
    objectName: "floor-plan"
    Accessible.role: Accessible.Graphic
    Accessible.name: plan_.told

    function scaleFor(columns: int, rows: int): real {
        return Math.min((width - Theme.mm(8) * (columns - 1)) / columns, (height - Theme.mm(5) * (rows - 1)) / rows / ratio);
    }
    function stackedHeight(room: real): real {
        return (room - gap * (columns - 1)) / columns * ratio;
    }

    // Its room is kept at once, and the number is on the screen before anything is drawn in it.
    Timer {
        interval: 40
        running: plan.visible && !plan.begun
        onTriggered: plan.begun = true
    }
    Connections {
        target: Theme
        function onPromptChanged(): void {
            plan.begun = true;
        }
    }

    Repeater {
        model: plan.count

        Item {
            id: cell

            required property int index
            readonly property int at: Theme.mirrored && !plan.stacked ? plan.count - 1 - index : index

            width: Math.floor((plan.width - plan.gap * (plan.columns - 1)) / plan.columns)
            height: Math.floor((plan.height - plan.gap * (plan.rows - 1)) / plan.rows)
            x: plan.stacked ? 0 : at * (width + plan.gap)
            y: plan.stacked ? at * (height + plan.gap) : 0

            Loader {
                anchors.fill: parent
                active: plan.begun
                sourceComponent: cell.index < plan.sheets.length ? drawn : pictured
            }
            Component {
                id: drawn
                PlanSheet {
                    floor: plan.sheets[cell.index] ?? plan.none
                    you: plan.plan_.you
                    named: plan.several
                }
            }
            Component {
                id: pictured
                Image {
                    source: plan.photo
                    fillMode: Image.PreserveAspectFit
                    cache: false
                    Accessible.ignored: true
                }
            }
        }
    }
}
