import QtQuick
import QtQuick.Layouts
import "../theme"

// The room between the top line and the strip: a sheet with what is told, and the controls. As a rule the controls have
// their place on the sheet. Apart from it they stand at the bottom, or at the right where the screen is wide and they
// are few; then the sheet may be longer than its room and is leafed through, while the controls stay.
Item {
    id: body

    required property var page
    // The height that the sheet would like to have. Where that is more than there is, the words must get smaller.
    property real wanted: 0
    // The page has few enough choices to stand beside what is told.
    property bool slender: true
    // Free room within the strip that a page with many keys may use; null where there is none.
    property Item aside: null
    // Its own keys do; else the buttons that leaf through it.
    property bool typed: false
    property Item controls: null
    // What must stay in sight while the sheet is leafed through, right above the controls.
    property Item held: null
    // How much of the room, from below, a seated hand reaches.
    property real reach: height
    // Something of the controls has less room than it needs.
    property bool tight: false
    // Where each leaf of the sheet begins, and which one is shown.
    property var leaves: [0]
    property int leaf: 0

    // Pages for staff hold tables of controls, which are part of what is told.
    property bool forStaff: false
    readonly property bool apart: !forStaff && Theme.apart
    readonly property bool sided: apart && slender && Theme.wide && !Theme.low
    // Everything under each other.
    readonly property bool upright: Theme.portrait || Theme.large || Theme.leafed
    readonly property Item sheet: page_
    readonly property Item dock: slot
    readonly property Item holding: holder
    readonly property real viewHeight: view.height
    // The letters on the controls must give way, or all words where nothing is leafed.
    readonly property bool overfull: tight || apart && column.height > height || (Theme.large || Theme.leafed ? view.height < Math.min(wanted, slender ? (sided ? 0.5 : 0.3) * height : 1.2 * Theme.headingLetters) : wanted > view.height)

    // In low reach the controls are in line with those of the strip, right below them.
    readonly property real wider: apart && Theme.low ? Theme.margin - Theme.stripMargin : 0

    readonly property int leafCount: leaves.length
    readonly property bool reached: !Theme.low || !apart || column.height - (holder.visible ? holder.height + column.spacing : 0) <= reach

    readonly property real start: leaves[Math.min(leaf, leaves.length - 1)] ?? 0
    readonly property real end: Math.min(leaves[leaf + 1] ?? Infinity, start + view.height)

    default property alias content: page_.data

    objectName: "page-body"
    onLeavesChanged: leaf = 0

    Item {
        id: view
        width: body.sided ? body.width - column.width - Theme.mm(14) : body.width
        height: Math.max(0, !body.apart || body.sided ? body.height : body.height - column.height - (column.height > 0 ? Theme.mm(Theme.low ? 4 : 6) : 0))

        Item {
            id: page_
            objectName: "sheet"
            y: -body.start
            width: parent.width
            height: body.apart ? Math.max(body.wanted, view.height) : body.height
        }
        // What belongs to the next leaf. The leaves before lie behind the top line, the rest behind the strip: nothing is
        // clipped, for not every renderer clips drawings.
        Rectangle {
            visible: body.leafCount > 1
            y: body.end - body.start
            width: parent.width
            height: body.height + Theme.gap * 2 - y
            color: Theme.paper
        }
    }

    LeafButtons {
        id: leafing
        parent: body.aside && !body.typed ? body.aside : leafSlot
        width: parent.width
        body: body
    }

    ColumnLayout {
        id: column
        objectName: "controls"
        visible: body.apart
        x: body.sided ? parent.width - width : -body.wider
        y: parent.height - height
        width: body.sided ? Math.round(body.width * 0.39) : body.width + 2 * body.wider
        spacing: Theme.keyGap

        Item {
            id: holder
            visible: body.held !== null
            Layout.fillWidth: true
            implicitHeight: body.held ? body.held.implicitHeight : 0
        }
        Item {
            id: leafSlot
            visible: body.leafCount > 1 && (body.aside === null || body.typed)
            Layout.fillWidth: true
            implicitHeight: leafing.implicitHeight
        }
        Item {
            id: slot
            visible: body.controls !== null && body.controls.implicitHeight > 0
            Layout.fillWidth: true
            implicitHeight: body.controls ? body.controls.implicitHeight : 0
        }
    }
}
