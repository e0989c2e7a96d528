pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../theme"
import "../components"

// Several services to choose from, and the way back apart from them.
PageBody {
    id: body

    signal chosen(string id)

    readonly property var offered: page.choices.filter(choice => !choice.leadsBack)
    readonly property var back: page.choices.filter(choice => choice.leadsBack)

    // In landscape as many beside each other as make full rows, three at the most.
    readonly property int columns: Theme.portrait ? 1 : offered.length < 4 ? Math.max(1, offered.length) : offered.length === 4 ? 2 : 3

    wanted: column.implicitHeight

    ColumnLayout {
        id: column
        anchors.fill: parent
        spacing: Theme.mm(Theme.portrait ? 9 : 6)

        Bulletins {
            Layout.fillWidth: true
            bulletins: body.page.bulletins
        }
        ColumnLayout {
            Layout.fillWidth: true
            Layout.fillHeight: false
            spacing: Theme.mm(4)

            Heading {
                Layout.fillWidth: true
                text: body.page.heading
            }
            Sentences {
                Layout.fillWidth: true
                sentences: body.page.sentences
                letters: Theme.leadLetters
            }
        }

        GridLayout {
            Layout.fillWidth: true
            columns: body.columns
            columnSpacing: Theme.mm(7)
            rowSpacing: Theme.mm(5)
            uniformCellWidths: true
            uniformCellHeights: true

            Repeater {
                model: body.offered.length

                ServiceButton {
                    required property int index

                    choice: body.offered[index]
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    Layout.maximumHeight: Theme.mm(60)
                    onActed: body.chosen(choiceId)
                }
            }
        }

        Item {
            Layout.fillHeight: true
        }

        ChoiceList {
            Layout.fillWidth: Theme.portrait
            Layout.preferredWidth: Theme.portrait ? -1 : (body.width - Theme.mm(7)) / 2
            choices: body.back
            onChosen: id => body.chosen(id)
        }
    }
}
