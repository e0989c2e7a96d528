import QtQuick
import QtQuick.Layouts
import "../theme"
import "../components"

// Something to know, with what to do next.
PageBody {
    id: body

    signal chosen(string id)

    controls: choices

    readonly property bool signed: page.sign !== "none"
    readonly property bool beside: !body.upright && (page.picture !== "" || (signed && page.hasCard))
    readonly property bool timed: page.card.time !== ""

    wanted: grid.implicitHeight

    GridLayout {
        id: grid
        anchors.fill: parent
        columns: body.beside ? 2 : 1
        columnSpacing: Theme.mm(14)
        rowSpacing: Theme.air(9)

        ColumnLayout {
            visible: body.signed || body.beside
            Layout.fillWidth: true
            Layout.fillHeight: body.beside
            Layout.preferredWidth: body.beside ? Theme.mm(body.signed ? 206 : 190) : -1
            spacing: Theme.air(7)

            SignBanner {
                visible: body.signed
                Layout.fillWidth: true
                Layout.fillHeight: body.beside
                sign: body.page.sign
                heading: body.page.heading
                sentence: body.page.sentences.length > 0 ? body.page.sentences[0] : ""
                tall: body.beside || !body.timed || Theme.large
                brief: body.beside && body.page.codes.length > 0
            }
            Picture {
                visible: body.beside && picture !== ""
                Layout.fillWidth: true
                Layout.fillHeight: true
                picture: body.page.picture
            }
            Codes {
                visible: body.beside && codes.length > 0
                Layout.fillWidth: true
                codes: body.page.codes
            }
        }

        ColumnLayout {
            id: words
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: body.beside ? Theme.mm(228) : -1
            spacing: Theme.air(body.upright ? 9 : 7)

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
                color: body.signed ? Theme.ink : Theme.secondInk
            }
            Picture {
                visible: body.upright && picture !== ""
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.maximumHeight: Theme.mm(170)
                picture: body.page.picture
            }
            ItemList {
                Layout.fillWidth: true
                items: body.page.items
            }
            AppointmentCard {
                visible: body.timed
                Layout.fillWidth: true
                card: body.page.card
                compact: !body.upright
            }
            PlaceCard {
                visible: !body.timed && body.page.card.place !== ""
                Layout.fillWidth: true
                card: body.page.card
                seat: false
            }
            Codes {
                visible: !body.beside && codes.length > 0
                Layout.fillWidth: true
                codes: body.page.codes
            }
            Bulletins {
                Layout.fillWidth: true
                bulletins: body.page.bulletins
            }
            Item {
                Layout.fillHeight: true
                Layout.topMargin: -words.spacing
            }
            Place {
                id: place
                body: body
                controls: choices
                Layout.fillWidth: true
            }
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
