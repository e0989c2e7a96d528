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
    readonly property real numberWidth: upright ? sheet.width : Math.min(Theme.mm(alone ? 238 : 216), Theme.drawn ? Math.max(Theme.mm(188), number.natural) : Theme.mm(238))

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
            Layout.fillHeight: !body.upright || place_.drawn
            Layout.verticalStretchFactor: place_.drawn ? 100 : -1
            // A width of its own, so that no long word beside it makes the number smaller.
            Layout.minimumWidth: body.numberWidth
            Layout.maximumWidth: body.numberWidth
            spacing: Theme.air(7)

            NumberBlock {
                id: number
                Layout.fillWidth: true
                Layout.fillHeight: !body.upright
                card: body.page.card
                alone: body.alone
                crowded: body.coded
            }
            PlaceCard {
                id: place_
                Layout.fillWidth: true
                Layout.fillHeight: drawn
                Layout.maximumHeight: most
                visible: body.page.card.place !== ""
                card: body.page.card
                seat: body.page.shape === "number"
                drawing: body.upright
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
            // Beside the number, where the screen is wide.
            Panel {
                id: drawing

                readonly property bool whole: true

                visible: !body.upright && Theme.drawn && body.page.card.place !== "" && (body.page.card.plan.sheets.length > 0 || body.page.card.photo !== "")
                implicitHeight: plan.least + 2 * Theme.mm(4)
                Layout.fillWidth: true
                Layout.fillHeight: true

                FloorPlan {
                    id: plan
                    plan_: body.page.card.plan
                    photo: body.page.card.photo
                    x: Theme.mm(6)
                    y: Theme.mm(4)
                    width: parent.width - 2 * x
                    height: parent.height - 2 * y
                }
            }
            Item {
                visible: !drawing.visible
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
