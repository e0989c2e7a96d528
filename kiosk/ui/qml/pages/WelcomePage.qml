import QtQuick
import QtQuick.Layouts
import "../theme"
import "../components"

// The first page: how a card is shown, and the other ways in.
PageBody {
    id: body

    signal chosen(string id)

    wanted: grid.implicitHeight

    GridLayout {
        id: grid
        anchors.fill: parent
        columns: Theme.portrait ? 1 : 2
        columnSpacing: Theme.mm(18)
        rowSpacing: Theme.mm(9)

        ColumnLayout {
            Layout.row: 0
            Layout.column: Theme.portrait ? 0 : 1
            Layout.fillWidth: true
            spacing: Theme.mm(5)

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

        Panel {
            Layout.row: Theme.portrait ? 1 : 0
            Layout.column: 0
            Layout.rowSpan: Theme.portrait ? 1 : 3
            Layout.fillHeight: true
            Layout.fillWidth: Theme.portrait
            Layout.preferredWidth: Theme.portrait ? -1 : Theme.mm(190)
            implicitHeight: Theme.mm(130)

            RowLayout {
                anchors.fill: parent
                anchors.margins: Theme.mm(6)
                anchors.rightMargin: Theme.mm(Theme.portrait ? 9 : 6)
                spacing: Theme.mm(9)

                Rectangle {
                    Layout.fillHeight: true
                    Layout.fillWidth: true
                    Layout.preferredWidth: Theme.mm(124)
                    radius: Theme.smallRadius
                    color: Theme.actionTint

                    CardPicture {
                        anchors.fill: parent
                        anchors.margins: Theme.mm(Theme.portrait ? 4 : 12)
                    }
                }
                ItemList {
                    visible: Theme.portrait && items.length > 0
                    letters: Theme.letters(10.5)
                    items: body.page.items
                    Layout.fillWidth: true
                    Layout.preferredWidth: Theme.mm(90)
                    Layout.alignment: Qt.AlignVCenter
                }
            }
        }

        ItemList {
            visible: !Theme.portrait && items.length > 0
            items: body.page.items
            Layout.row: 1
            Layout.column: 1
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.alignment: Qt.AlignTop
        }

        ChoiceList {
            Layout.row: 2
            Layout.column: Theme.portrait ? 0 : 1
            Layout.fillWidth: true
            choices: body.page.choices
            onChosen: id => body.chosen(id)
        }
    }
}
