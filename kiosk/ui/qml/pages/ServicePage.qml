import QtQuick
import QtQuick.Layouts
import "../theme"
import "../components"

// A technician's page: how it is, a table, what is asked for on the phone, and what can be done. Upright everything lies
// under each other; across, words and choices stand beside the table, which has the whole height.
PageBody {
    id: body

    signal chosen(string id)

    forStaff: true

    readonly property bool across: !Theme.portrait
    readonly property bool tabled: page.lines.length > 0
    readonly property bool leads: page.lines.some(line => line.choice !== "")
    readonly property bool small: Theme.portrait && height < Theme.realMm(300)
    readonly property int count: page.choices.length
    readonly property real sideWidth: tabled ? Theme.mm(112) : width
    // Targets keep their size, so that a long table of them needs more columns. Lines that are only read get smaller.
    readonly property bool long: leads && page.lines.length * Theme.target * 1.25 > height * (across ? 0.8 : 0.55)

    wanted: grid.implicitHeight

    GridLayout {
        id: grid
        anchors.fill: parent
        columns: body.across ? 2 : 1
        columnSpacing: body.tabled ? Theme.mm(10) : 0
        rowSpacing: Theme.air(6)

        ColumnLayout {
            Layout.row: 0
            Layout.column: body.across ? 1 : 0
            Layout.fillWidth: true
            Layout.fillHeight: false
            Layout.alignment: Qt.AlignTop
            Layout.minimumWidth: body.across ? body.sideWidth : -1
            Layout.maximumWidth: body.across ? body.sideWidth : -1
            spacing: Theme.air(4)

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.mm(4)

                HealthLight {
                    light: body.page.light
                    implicitWidth: Theme.mm(12)
                    Layout.alignment: Qt.AlignTop
                    Layout.topMargin: Math.max(0, (heading.lineHeight - height) / 2)
                }
                Heading {
                    id: heading
                    Layout.fillWidth: true
                    text: body.page.heading
                    letters: Theme.staffLetters(body.across && body.tabled ? 11 : 14)
                }
            }
            Sentences {
                Layout.fillWidth: true
                sentences: body.page.sentences
                letters: Theme.staffLetters(body.tabled ? 9 : 11)
                spacing: Theme.air(1.5)
            }
            ItemList {
                Layout.fillWidth: true
                items: body.page.items
                letters: Theme.staffLetters(9)
                spacing: Theme.air(3)
            }
            ServiceFacts {
                visible: body.across && facts.length > 0
                Layout.fillWidth: true
                facts: body.page.facts
                columns: 1
            }
        }

        ColumnLayout {
            visible: body.tabled || !body.across
            Layout.row: body.across ? 0 : 1
            Layout.column: 0
            Layout.rowSpan: body.across ? 2 : 1
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: body.across ? body.width - body.sideWidth - grid.columnSpacing : -1
            spacing: Theme.air(6)

            LineTable {
                Layout.fillWidth: true
                lines: body.page.lines
                columns: !body.long ? 1 : body.small ? 3 : 2
                onChosen: id => body.chosen(id)
            }
            ServiceFacts {
                visible: !body.across && facts.length > 0
                Layout.fillWidth: true
                Layout.leftMargin: Theme.mm(2)
                Layout.rightMargin: Theme.mm(2)
                facts: body.page.facts
                columns: 2
            }
            Item {
                Layout.fillHeight: true
            }
        }

        ServiceMenu {
            Layout.row: body.across ? 1 : 2
            Layout.column: body.across ? 1 : 0
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignBottom
            Layout.minimumWidth: body.across ? body.sideWidth : -1
            Layout.maximumWidth: body.across ? body.sideWidth : -1
            choices: body.page.choices
            across: body.across && body.tabled ? 1 : Math.min(body.count, body.count > 4 && body.small ? 3 : 2)
            onChosen: id => body.chosen(id)
        }
    }
}
