import QtQuick
import QtQuick.Layouts
import "../theme"
import "../components"

// The end of a check-in: how it stands, the number, where to sit.
PageBody {
    id: body

    signal chosen(string id)

    readonly property int wordsColumn: Theme.portrait ? 0 : 1

    readonly property real numberWidth: Theme.portrait ? width : Theme.mm(page.card.numberAlone ? 238 : 216)

    wanted: grid.implicitHeight

    GridLayout {
        id: grid
        anchors.fill: parent
        columnSpacing: Theme.mm(14)
        rowSpacing: Theme.mm(7)

        SignBanner {
            Layout.row: 0
            Layout.column: body.wordsColumn
            Layout.fillWidth: true
            Layout.fillHeight: !Theme.portrait
            sign: body.page.sign
            heading: body.page.heading
            sentence: body.page.sentences.length > 0 ? body.page.sentences[0] : ""
        }

        NumberBlock {
            Layout.row: Theme.portrait ? 1 : 0
            Layout.column: 0
            Layout.fillWidth: true
            Layout.fillHeight: !Theme.portrait
            // A width of its own, so that no long word beside it makes the number smaller.
            Layout.minimumWidth: body.numberWidth
            Layout.maximumWidth: body.numberWidth
            card: body.page.card
        }

        PlaceCard {
            Layout.row: Theme.portrait ? 2 : 1
            Layout.column: 0
            Layout.fillWidth: true
            Layout.rowSpan: Theme.portrait ? 1 : 2
            Layout.maximumWidth: body.numberWidth
            Layout.alignment: Qt.AlignTop
            visible: body.page.card.place !== ""
            card: body.page.card
        }

        Sentences {
            Layout.row: Theme.portrait ? 3 : 1
            Layout.column: body.wordsColumn
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            sentences: body.page.sentences
            from: 1
            color: Theme.ink
            letters: Theme.leadLetters
        }

        Item {
            visible: Theme.portrait
            Layout.row: 4
            Layout.fillHeight: true
        }

        ChoiceList {
            Layout.row: Theme.portrait ? 5 : 2
            Layout.column: body.wordsColumn
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignBottom
            choices: body.page.choices
            onChosen: id => body.chosen(id)
        }
    }
}
