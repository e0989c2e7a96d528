import QtQuick
import QtQuick.Layouts
import "../theme"
import "../components"

// How a card is shown, and the other ways in.
PageBody {
    id: body

    signal chosen(string id)

    controls: choices

    readonly property int above: page.bulletins.length > 0 ? 1 : 0

    wanted: grid.implicitHeight

    GridLayout {
        id: grid
        anchors.fill: parent
        columns: body.upright ? 1 : 2
        columnSpacing: Theme.mm(18)
        rowSpacing: Theme.air(body.upright ? 9 : 7)

        Bulletins {
            // Of large words the first are those that say where one is.
            Layout.row: Theme.large ? 9 : 0
            Layout.column: 0
            Layout.columnSpan: grid.columns
            Layout.fillWidth: true
            bulletins: body.page.bulletins
        }

        ColumnLayout {
            Layout.row: body.above
            Layout.column: body.upright ? 0 : 1
            Layout.fillWidth: true
            Layout.fillHeight: !body.upright
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
                visible: !body.upright
                Layout.fillHeight: true
            }
        }

        Panel {
            visible: body.page.wayIn !== "type" || list.items.length > 0
            Layout.row: body.above + (body.upright ? 1 : 0)
            Layout.column: 0
            Layout.rowSpan: body.upright ? 1 : 2
            Layout.fillHeight: true
            Layout.fillWidth: body.upright
            Layout.preferredWidth: body.upright ? -1 : Theme.mm(200)
            implicitHeight: Theme.air(12) + (Theme.large ? drawn.most + (list.visible ? Theme.mm(6) + list.implicitHeight : 0) : body.upright ? Math.max(Theme.air(98), list.implicitHeight) : Theme.mm(70) + list.implicitHeight)

            GridLayout {
                anchors.fill: parent
                anchors.margins: Theme.air(6)
                columns: body.upright && !Theme.large ? 2 : 1
                columnSpacing: Theme.mm(9)
                rowSpacing: Theme.mm(6)

                Rectangle {
                    id: drawn

                    readonly property bool whole: true
                    // Leafed through, it must be seen whole.
                    readonly property real most: body.page.wayIn === "type" ? 0 : Math.min(Theme.mm(100), body.viewHeight - Theme.air(12) - 2)

                    visible: body.page.wayIn !== "type"
                    Layout.fillHeight: true
                    Layout.fillWidth: true
                    Layout.preferredWidth: Theme.mm(body.upright ? 124 : 188)
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
                    spacing: Theme.air(body.upright ? 5 : 3)
                    Layout.fillWidth: true
                    Layout.preferredWidth: Theme.mm(body.upright ? 90 : 188)
                    Layout.leftMargin: Theme.mm(body.upright ? 0 : 4)
                    Layout.alignment: Qt.AlignVCenter
                }
            }
        }

        Place {
            id: place
            body: body
            controls: choices
            Layout.row: body.above + (body.upright ? 2 : 1)
            Layout.alignment: Qt.AlignBottom
            Layout.column: body.upright ? 0 : 1
            Layout.fillWidth: true
        }
    }

    ChoiceList {
        id: choices
        parent: body.apart ? body.dock : place
        width: parent.width
        choices: body.page.choices
        onChosen: id => body.chosen(id)
    }
}
