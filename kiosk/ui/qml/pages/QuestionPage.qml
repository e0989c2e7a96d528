import QtQuick
import QtQuick.Layouts
import "../theme"
import "../components"

// A question with its answers.
PageBody {
    id: body

    signal chosen(string id)

    readonly property bool beside: !Theme.portrait && page.hasCard

    wanted: grid.implicitHeight

    GridLayout {
        id: grid
        anchors.fill: parent
        columns: body.beside ? 2 : 1
        columnSpacing: Theme.mm(18)
        rowSpacing: Theme.mm(10)

        Item {
            visible: !body.page.hasCard
            Layout.fillHeight: true
            Layout.preferredHeight: 1
        }

        ColumnLayout {
            Layout.fillHeight: false
            Layout.columnSpan: body.beside ? 2 : 1
            Layout.fillWidth: true
            spacing: Theme.mm(6)

            Heading {
                Layout.fillWidth: true
                text: body.page.heading
            }
            Sentences {
                Layout.fillWidth: true
                sentences: body.page.sentences
                letters: Theme.leadLetters
            }
            ItemList {
                Layout.fillWidth: true
                items: body.page.items
            }
        }

        AppointmentCard {
            visible: body.page.hasCard
            card: body.page.card
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            Layout.preferredWidth: body.beside ? Theme.mm(250) : -1
        }

        Item {
            visible: !body.beside
            Layout.fillHeight: true
            Layout.preferredHeight: 2
        }

        ChoiceList {
            Layout.fillWidth: true
            Layout.alignment: body.beside ? Qt.AlignTop : Qt.AlignBottom
            Layout.preferredWidth: body.beside ? Theme.mm(180) : -1
            choices: body.page.choices
            large: true
            onChosen: id => body.chosen(id)
        }
    }
}
