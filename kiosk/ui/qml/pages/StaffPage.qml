import QtQuick
import QtQuick.Layouts
import "../theme"
import "../components"

// The receptionist's card: what is the matter, a large drawing, what to do. It turns green by itself.
PageBody {
    id: body

    signal chosen(string id)

    forStaff: true

    // What leads to the steps stands over them.
    readonly property int above: page.steps.length > 0 ? 1 : page.sentences.length

    wanted: grid.implicitHeight

    // Ends whatever moves.
    function settle(): void {
        picture.settle();
    }

    GridLayout {
        id: grid
        anchors.fill: parent
        columns: Theme.portrait ? 1 : 2
        columnSpacing: Theme.mm(16)
        rowSpacing: Theme.air(Theme.portrait ? 10 : 12)

        ColumnLayout {
            Layout.row: 0
            Layout.column: Theme.portrait ? 0 : 1
            Layout.fillWidth: true
            Layout.fillHeight: false
            Layout.alignment: Qt.AlignTop
            spacing: Theme.air(5)

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.mm(7)

                HealthLight {
                    light: body.page.light
                    implicitWidth: Theme.mm(16)
                    Layout.alignment: Qt.AlignTop
                    Layout.topMargin: Math.max(0, (heading.lineHeight - height) / 2)
                }
                Heading {
                    id: heading
                    Layout.fillWidth: true
                    text: body.page.heading
                    letters: Theme.bannerLetters
                }
            }
            Sentences {
                Layout.fillWidth: true
                sentences: body.page.sentences.slice(0, body.above)
                letters: Theme.leadLetters
                color: Theme.ink
            }
        }

        MendingPicture {
            id: picture
            Layout.row: Theme.portrait ? 1 : 0
            Layout.column: 0
            Layout.rowSpan: Theme.portrait ? 1 : 2
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: Theme.portrait ? -1 : Theme.mm(200)
            drawing: body.page.drawing
            light: body.page.light
        }

        ColumnLayout {
            id: below
            Layout.row: Theme.portrait ? 2 : 1
            Layout.column: Theme.portrait ? 0 : 1
            Layout.fillWidth: true
            Layout.fillHeight: !Theme.portrait
            Layout.preferredWidth: Theme.portrait ? -1 : Theme.mm(228)
            spacing: Theme.air(6)

            Sentences {
                Layout.fillWidth: true
                sentences: body.page.sentences
                from: body.above
            }
            Steps {
                Layout.fillWidth: true
                steps: body.page.steps
            }
            LineTable {
                Layout.fillWidth: true
                lines: body.page.lines
                onChosen: id => body.chosen(id)
            }
            Item {
                Layout.fillHeight: !Theme.portrait
                implicitHeight: Theme.air(4)
                Layout.topMargin: -below.spacing
            }
            ChoiceList {
                Layout.fillWidth: true
                choices: body.page.choices
                onChosen: id => body.chosen(id)
            }
        }
    }
}
