pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../theme"
import "../components"

// Several services to choose from, and the way back apart from them.
PageBody {
    id: body

    signal chosen(string id)

    readonly property var services: page.choices.filter(choice => !choice.leadsBack)
    // Large or in a low line there is room for the names alone: how it stands there is told, as is what is closed.
    readonly property bool brief: apart && (Theme.large || Theme.low && !Theme.portrait)
    readonly property var offered: Theme.dense && apart ? services.filter(choice => choice.open) : services
    readonly property var back: page.choices.filter(choice => choice.leadsBack)

    controls: buttons
    slender: false

    // Apart from what is told as many beside each other as go; in landscape as many beside each other as make full rows, three at the most.
    readonly property int columns: apart ? Math.min(offered.length + back.length, Theme.portrait ? 2 : Theme.wide || !Theme.large ? 4 : 3) : Theme.portrait ? 1 : offered.length < 4 ? Math.max(1, offered.length) : offered.length === 4 ? 2 : 3

    wanted: column.implicitHeight

    ColumnLayout {
        id: column
        anchors.fill: parent
        spacing: Theme.mm(Theme.portrait ? 9 : 6)

        Bulletins {
            Layout.fillWidth: true
            bulletins: body.page.bulletins
        }
        ColumnLayout {
            Layout.fillWidth: true
            Layout.fillHeight: false
            spacing: Theme.mm(4)

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
        GridLayout {
            visible: body.brief
            columns: Theme.large ? 1 : 3
            columnSpacing: Theme.mm(10)
            rowSpacing: Theme.mm(Theme.large ? 6 : 5)
            uniformCellWidths: true
            Layout.fillWidth: true
            Layout.fillHeight: false

            Repeater {
                model: body.brief ? body.services.length : 0

                ColumnLayout {
                    id: service

                    readonly property bool whole: true
                    required property int index
                    readonly property var choice: body.services[index] ?? ({})

                    visible: (choice.note ?? "") !== ""
                    Layout.fillWidth: true
                    Layout.alignment: Qt.AlignTop
                    Layout.fillHeight: false
                    spacing: 0

                    Words {
                        Layout.fillWidth: true
                        text: service.choice.words ?? ""
                        font.bold: true
                    }
                    Words {
                        Layout.fillWidth: true
                        text: service.choice.note ?? ""
                        color: Theme.secondInk
                    }
                }
            }
        }

        Item {
            visible: body.apart
            Layout.fillHeight: true
        }
        Place {
            id: place
            body: body
            controls: buttons
            Layout.fillWidth: true
            Layout.fillHeight: true
        }
    }

    GridLayout {
        id: buttons
        parent: body.apart ? body.dock : place
        width: parent.width
        height: parent.height
        columns: body.columns
        columnSpacing: body.apart ? Theme.keyGap : Theme.mm(7)
        rowSpacing: body.apart ? Theme.keyGap : Theme.mm(5)
        uniformCellWidths: true

        Repeater {
            model: body.offered.length

            ServiceButton {
                required property int index

                choice: body.offered[index]
                brief: body.brief
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.maximumHeight: body.apart ? -1 : Theme.mm(60)
                onActed: body.chosen(choiceId)
            }
        }
        Item {
            visible: !body.apart
            Layout.fillHeight: true
            Layout.columnSpan: body.columns
        }
        ChoiceList {
            Layout.fillWidth: Theme.portrait || body.apart
            Layout.fillHeight: body.apart
            Layout.columnSpan: body.apart ? body.columns - body.offered.length % body.columns : body.columns
            Layout.preferredWidth: Theme.portrait || body.apart ? -1 : (body.width - Theme.mm(7)) / 2
            choices: body.back
            onChosen: id => body.chosen(id)
        }
    }
}
