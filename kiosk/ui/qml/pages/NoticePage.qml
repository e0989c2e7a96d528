import QtQuick
import QtQuick.Layouts
import "../theme"
import "../components"

// Something to know, with what to do next.
PageBody {
    id: body

    signal chosen(string id)

    readonly property bool signed: page.sign !== "none"
    readonly property bool beside: signed && !Theme.portrait
    readonly property bool timed: page.card.time !== ""

    wanted: grid.implicitHeight

    GridLayout {
        id: grid
        anchors.fill: parent
        columns: body.beside ? 2 : 1
        columnSpacing: Theme.mm(14)
        rowSpacing: Theme.mm(9)

        SignBanner {
            visible: body.signed
            Layout.fillWidth: true
            Layout.fillHeight: body.beside
            Layout.preferredWidth: body.beside ? Theme.mm(206) : -1
            sign: body.page.sign
            heading: body.page.heading
            sentence: body.page.sentences.length > 0 ? body.page.sentences[0] : ""
            tall: body.beside || !body.timed
        }

        ColumnLayout {
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: body.beside ? Theme.mm(228) : -1
            spacing: Theme.mm(9)

            Item {
                visible: !body.signed
                Layout.fillHeight: true
                Layout.verticalStretchFactor: 1
            }
            Heading {
                visible: !body.signed
                Layout.fillWidth: true
                text: body.page.heading
            }
            Sentences {
                Layout.fillWidth: true
                sentences: body.page.sentences
                from: body.signed ? 1 : 0
                letters: Theme.leadLetters
            }
            ItemList {
                Layout.fillWidth: true
                items: body.page.items
            }
            AppointmentCard {
                visible: body.timed
                Layout.fillWidth: true
                card: body.page.card
            }
            PlaceCard {
                visible: !body.timed && body.page.card.place !== ""
                Layout.fillWidth: true
                card: body.page.card
                seat: false
            }
            Item {
                Layout.fillHeight: true
                Layout.verticalStretchFactor: 2
            }
            ChoiceList {
                Layout.fillWidth: true
                choices: body.page.choices
                onChosen: id => body.chosen(id)
            }
        }
    }
}
