import QtQuick
import QtQuick.Layouts
import "../theme"
import "../components"

// How a card is shown, and the other ways in.
PageBody {
    id: body

    signal chosen(string id)

    readonly property int above: page.bulletins.length > 0 ? 1 : 0

    wanted: grid.implicitHeight

    GridLayout {
        id: grid
        anchors.fill: parent
        columns: Theme.portrait ? 1 : 2
        columnSpacing: Theme.mm(18)
        rowSpacing: Theme.air(Theme.portrait ? 9 : 7)

        Bulletins {
            Layout.row: 0
            Layout.column: 0
            Layout.columnSpan: grid.columns
            Layout.fillWidth: true
            bulletins: body.page.bulletins
        }

        ColumnLayout {
            Layout.row: body.above
            Layout.column: Theme.portrait ? 0 : 1
            Layout.fillWidth: true
            Layout.fillHeight: !Theme.portrait
            Layout.alignment: Qt.AlignTop
            spacing: Theme.air(5)

            Heading {
                Layout.fillWidth: true
                text: body.page.heading
            }
            Sentences {
                Layout.fillWidth: true
                sentences: body.page.sentences
                letters: Theme.leadLetters
            }
            Item {
                visible: !Theme.portrait
                Layout.fillHeight: true
            }
        }

        Panel {
            visible: body.page.wayIn !== "type" || list.items.length > 0
            Layout.row: body.above + (Theme.portrait ? 1 : 0)
            Layout.column: 0
            Layout.rowSpan: Theme.portrait ? 1 : 2
            Layout.fillHeight: true
            Layout.fillWidth: Theme.portrait
            Layout.preferredWidth: Theme.portrait ? -1 : Theme.mm(200)
            implicitHeight: Theme.air(12) + (Theme.portrait ? Math.max(Theme.air(98), list.implicitHeight) : Theme.mm(70) + list.implicitHeight)

            GridLayout {
                anchors.fill: parent
                anchors.margins: Theme.air(6)
                columns: Theme.portrait ? 2 : 1
                columnSpacing: Theme.mm(9)
                rowSpacing: Theme.mm(6)

                Rectangle {
                    visible: body.page.wayIn !== "type"
                    Layout.fillHeight: true
                    Layout.fillWidth: true
                    Layout.preferredWidth: Theme.mm(Theme.portrait ? 124 : 188)
                    radius: Theme.smallRadius
                    color: Theme.actionTint

                    CardPicture {
                        visible: body.page.wayIn === "show-card"
                        anchors.fill: parent
                        anchors.margins: Theme.mm(4)
                    }
                    InsertPicture {
                        visible: body.page.wayIn === "insert-card"
                        anchors.fill: parent
                        anchors.margins: Theme.mm(4)
                    }
                }
                ItemList {
                    id: list
                    visible: items.length > 0
                    letters: Theme.letters(10.5)
                    items: body.page.items
                    spacing: Theme.air(Theme.portrait ? 5 : 3)
                    Layout.fillWidth: true
                    Layout.preferredWidth: Theme.mm(Theme.portrait ? 90 : 188)
                    Layout.leftMargin: Theme.mm(Theme.portrait ? 0 : 4)
                    Layout.alignment: Qt.AlignVCenter
                }
            }
        }

        ChoiceList {
            Layout.row: body.above + (Theme.portrait ? 2 : 1)
            Layout.alignment: Qt.AlignBottom
            Layout.column: Theme.portrait ? 0 : 1
            Layout.fillWidth: true
            choices: body.page.choices
            onChosen: id => body.chosen(id)
        }
    }
}
