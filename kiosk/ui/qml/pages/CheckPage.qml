import QtQuick
import QtQuick.Layouts
import "../theme"
import "../components"

// One device that a technician tries: how far one has come, what to do, a large drawing that gives way to a tick, what
// came of it, and the answers. Its first sentence stands over the heading.
PageBody {
    id: body

    signal chosen(string id)

    forStaff: true

    readonly property bool across: !Theme.portrait
    // What leads on or back stands in a row of its own, in the same place on each of these pages.
    readonly property var answers: page.choices.filter(choice => !choice.leadsBack && !choice.leadsOn)
    readonly property var ways: page.choices.filter(choice => choice.leadsBack || choice.leadsOn)
    // Targets keep their real size on a small screen, so that the drawing has to give way.
    readonly property bool cramped: Theme.target > Theme.mm(21)
    // A table as long as this needs the room more than the drawing.
    readonly property bool long: page.lines.length > 6

    wanted: grid.implicitHeight

    // Ends whatever moves.
    function settle(): void {
        picture.settle();
    }

    GridLayout {
        id: grid
        anchors.fill: parent
        columns: body.across ? 2 : 1
        columnSpacing: Theme.mm(14)
        rowSpacing: Theme.air(8)

        ColumnLayout {
            Layout.row: 0
            Layout.column: body.across ? 1 : 0
            Layout.fillWidth: true
            Layout.fillHeight: false
            Layout.alignment: Qt.AlignTop
            spacing: Theme.air(4)

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.mm(6)

                Words {
                    Layout.fillWidth: true
                    text: body.page.sentences[0] ?? ""
                    color: Theme.secondInk
                    letters: Theme.staffLetters(8.5)
                }
                StopRow {
                    stops: body.page.stops
                    Layout.alignment: Qt.AlignVCenter
                }
            }
            Heading {
                Layout.fillWidth: true
                text: body.page.heading
                letters: Theme.letters(body.across ? 13.5 : 16.5)
            }
            Sentences {
                Layout.fillWidth: true
                sentences: body.page.sentences
                from: 1
                color: Theme.ink
                letters: Theme.letters(body.across ? 10 : 11.5)
            }
        }

        MendingPicture {
            id: picture
            Layout.row: body.across ? 0 : 1
            Layout.column: 0
            Layout.rowSpan: body.across ? 2 : 1
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.minimumWidth: body.across ? Theme.mm(178) : -1
            Layout.maximumWidth: body.across ? Theme.mm(178) : Infinity
            Layout.minimumHeight: body.cramped ? 0 : Theme.mm(body.long ? 40 : 70)
            implicitHeight: body.cramped ? Theme.mm(30) : Theme.mm(body.long ? 40 : 80)
            drawing: body.page.drawing
            light: body.page.light === "green" ? "green" : ""
        }

        ColumnLayout {
            Layout.row: body.across ? 1 : 2
            Layout.column: body.across ? 1 : 0
            Layout.fillWidth: true
            Layout.fillHeight: body.across
            spacing: Theme.air(6)

            LineTable {
                Layout.fillWidth: true
                lines: body.page.lines
                columns: body.long ? 3 : 1
                onChosen: id => body.chosen(id)
            }
            Item {
                Layout.fillHeight: body.across
            }
            ServiceMenu {
                Layout.fillWidth: true
                choices: body.answers
                across: body.cramped && body.answers.length > 2 ? 3 : 2
                onChosen: id => body.chosen(id)
            }
            ServiceMenu {
                Layout.fillWidth: true
                choices: body.ways
                across: 2
                onChosen: id => body.chosen(id)
            }
        }
    }
}
