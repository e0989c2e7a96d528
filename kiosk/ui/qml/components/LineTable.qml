pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../theme"

// A technician's table. Lines that lead on are targets; of several columns of them, one with a label takes the whole
// width. The others are read.
Panel {
    id: table

    required property var lines
    property int columns: 1
    signal chosen(string id)

    readonly property bool lit: lines.some(line => line.light !== "")
    readonly property real widestLabel: Math.max(0, ...lines.map(line => metrics.font.pixelSize > 0 ? metrics.advanceWidth(line.label) : 0))
    // A column of labels leaves room for a sentence beside it.
    readonly property real labelWidth: widestLabel > 0 && widestLabel < 0.36 * width && width - widestLabel > Theme.realMm(130) ? Math.ceil(widestLabel) + 1 : 0
    // A label may take so much of the line that it ends.
    readonly property bool labelBeside: widestLabel < 0.42 * width
    // Few lines have room to be larger.
    readonly property bool roomy: lines.length < 7
    readonly property int letters: Theme.staffLetters(roomy ? 9.5 : 8)
    readonly property int noteLetters: Theme.staffLetters(roomy ? 8.5 : 7)
    // The cell of the grid, counted across, that each line begins in.
    readonly property var cells: {
        const cells = [];
        let next = 0;
        for (const line of lines) {
            if (wholeWidth(line))
                next = Math.ceil(next / columns) * columns;
            cells.push(next);
            next += wholeWidth(line) ? columns : 1;
        }
        return cells;
    }

    function wholeWidth(line: var): bool {
        return line.label !== "";
    }

    radius: Theme.smallRadius
    visible: lines.length > 0
    implicitHeight: grid.implicitHeight + 2 * grid.y

    FontMetrics {
        id: metrics
        font.family: Theme.family
        font.pixelSize: table.letters
    }

    GridLayout {
        id: grid
        x: Theme.hair
        y: Theme.mm(0.8)
        width: parent.width - 2 * x
        height: parent.height - 2 * y
        columns: table.columns
        columnSpacing: 0
        rowSpacing: 0
        uniformCellWidths: true

        Repeater {
            model: table.lines.length

            Item {
                id: cell
                required property int index
                readonly property var line: table.lines[index] ?? null
                readonly property int place: table.cells[index] ?? 0
                readonly property bool leads: (line?.choice ?? "") !== ""

                Layout.columnSpan: line && table.wholeWidth(line) ? table.columns : 1
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: Layout.columnSpan
                implicitHeight: leads ? target.implicitHeight : read.implicitHeight + 2 * Theme.air(1.8)

                TableButton {
                    id: target
                    visible: cell.leads
                    anchors.fill: parent
                    line: cell.line
                    labelBeside: table.labelBeside
                    roomy: table.columns < 3 || cell.Layout.columnSpan > 1
                    letters: table.letters
                    noteLetters: table.noteLetters
                    onActed: table.chosen(choiceId)
                }
                TableLine {
                    id: read
                    visible: !cell.leads
                    x: Theme.mm(5)
                    y: (parent.height - height) / 2
                    width: parent.width - 2 * x
                    line: cell.line
                    lit: table.lit
                    labelWidth: table.labelWidth
                    letters: table.letters
                    noteLetters: table.noteLetters
                }
                Rectangle {
                    visible: cell.place >= table.columns
                    width: parent.width
                    height: Theme.hair
                    color: Theme.hairline
                }
                Rectangle {
                    visible: cell.place % table.columns > 0
                    width: Theme.hair
                    height: parent.height
                    color: Theme.hairline
                }
            }
        }
    }
}
