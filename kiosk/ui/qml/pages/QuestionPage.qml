import QtQuick
import QtQuick.Layouts
import "../theme"
import "../components"

// A question with its answers.
PageBody {
    id: body

    signal chosen(string id)

    controls: choices

    readonly property bool planned: page.rows.length > 0
    readonly property bool subject: page.hasCard || planned
    readonly property bool pictured: page.picture !== ""
    readonly property bool beside: !body.upright && (subject || pictured)
    // Beside what needs the whole height the question stands over its answers.
    readonly property bool over: beside && !page.hasCard

    wanted: grid.implicitHeight

    GridLayout {
        id: grid
        anchors.fill: parent
        columns: body.beside ? 2 : 1
        columnSpacing: Theme.mm(16)
        rowSpacing: Theme.mm(body.upright ? 10 : 8)

        Item {
            visible: !body.subject && !body.beside
            Layout.fillHeight: true
            Layout.preferredHeight: 1
        }

        ColumnLayout {
            Layout.fillHeight: false
            Layout.row: body.beside ? 0 : 1
            Layout.column: body.over ? 1 : 0
            Layout.columnSpan: body.beside && !body.over ? 2 : 1
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            spacing: Theme.mm(6)

            Plate {
                // Large words have no room to lose to a drawing.
                visible: body.pictured && !body.beside && (!Theme.large || body.viewHeight > Theme.mm(190))
                implicitWidth: Theme.mm(56)
                Layout.bottomMargin: Theme.mm(4)
                picture: body.page.picture
                color: Theme.actionTint
            }
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
            Bulletins {
                visible: bulletins.length > 0 && (!body.subject || body.over)
                Layout.fillWidth: true
                bulletins: body.page.bulletins
            }
        }

        AppointmentCard {
            visible: body.page.hasCard
            card: body.page.card
            Layout.row: body.beside ? 1 : 2
            Layout.column: 0
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            Layout.preferredWidth: body.beside ? Theme.mm(250) : -1
        }
        Picture {
            visible: body.pictured && body.beside
            Layout.row: 0
            Layout.column: 0
            Layout.rowSpan: 2
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: Theme.mm(190)
            picture: body.page.picture
        }
        DayPlan {
            visible: body.planned
            rows: body.page.rows
            Layout.row: body.beside ? 0 : 2
            Layout.column: 0
            Layout.rowSpan: body.beside ? 2 : 1
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            Layout.preferredWidth: body.beside ? Theme.mm(264) : -1
        }

        Bulletins {
            visible: bulletins.length > 0 && body.subject && !body.beside
            Layout.row: 3
            Layout.fillWidth: true
            bulletins: body.page.bulletins
        }
        Item {
            visible: !body.beside
            Layout.row: 4
            Layout.fillHeight: true
            Layout.preferredHeight: 2
        }

        ColumnLayout {
            Layout.row: body.beside ? 1 : 5
            Layout.column: body.beside ? 1 : 0
            Layout.fillWidth: true
            Layout.fillHeight: false
            Layout.alignment: body.beside && !body.over ? Qt.AlignTop : Qt.AlignBottom
            Layout.preferredWidth: body.beside ? Theme.mm(body.planned ? 168 : body.pictured ? 228 : 180) : -1
            spacing: Theme.mm(10)

            Place {
                id: place
                body: body
                controls: choices
                Layout.fillWidth: true
            }
            Bulletins {
                visible: bulletins.length > 0 && body.beside && !body.over
                Layout.fillWidth: true
                bulletins: body.page.bulletins
            }
        }
    }

    ChoiceList {
        id: choices
        parent: body.apart ? body.dock : place
        width: parent.width
        choices: body.page.choices
        large: true
        onChosen: id => body.chosen(id)
    }
}
