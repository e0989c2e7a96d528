pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../theme"
import "../components"

// Whoever has a number: how it stands, the number, where to go with it.
PageBody {
    id: body

    signal chosen(string id)

    controls: choices

    readonly property bool coded: page.codes.length > 0
    // No slip carries the number, and nothing else needs the room.
    readonly property bool alone: page.card.numberAlone && !coded
    readonly property real numberWidth: upright ? sheet.width : Theme.mm(alone ? 238 : 216)

    wanted: grid.implicitHeight

    component Banner: SignBanner {
        Layout.fillWidth: true
        sign: body.page.sign
        heading: body.page.heading
        sentence: body.page.sentences.length > 0 ? body.page.sentences[0] : ""
    }

    GridLayout {
        id: grid
        anchors.fill: parent
        columns: body.upright ? 1 : 2
        columnSpacing: Theme.mm(14)
        rowSpacing: Theme.air(7)

        Banner {
            visible: body.upright
        }

        ColumnLayout {
            Layout.fillHeight: !body.upright
            // A width of its own, so that no long word beside it makes the number smaller.
            Layout.minimumWidth: body.numberWidth
            Layout.maximumWidth: body.numberWidth
            spacing: Theme.air(7)

            NumberBlock {
                Layout.fillWidth: true
                Layout.fillHeight: !body.upright
                card: body.page.card
                alone: body.alone
                crowded: body.coded
            }
            PlaceCard {
                Layout.fillWidth: true
                visible: body.page.card.place !== ""
                card: body.page.card
                seat: body.page.shape === "number"
            }
        }

        ColumnLayout {
            id: words
            Layout.fillWidth: true
            Layout.fillHeight: true
            spacing: Theme.air(7)

            Banner {
                visible: !body.upright
            }
            Sentences {
                Layout.fillWidth: true
                sentences: body.page.sentences
                from: 1
                color: Theme.ink
                letters: body.coded ? Theme.bodyLetters : Theme.leadLetters
            }
            AppointmentCard {
                visible: body.page.card.time !== ""
                Layout.fillWidth: true
                card: body.page.card
                placed: false
                compact: true
            }
            Codes {
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
