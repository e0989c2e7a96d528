pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../theme"
import "../components"

// A code being typed: the field, what is wrong with it, the keys.
PageBody {
    id: body

    signal chosen(string id)
    signal keyed(string key)

    readonly property var entry: page.entry
    readonly property bool open: entry.slots.length === 0
    // What leads to other keys stands where it is told what is wrong, the rest below the keys.
    readonly property var below: page.choices.filter(choice => !choice.changesKeys)
    readonly property var other: page.choices.find(choice => choice.changesKeys) ?? null

    // Room for two lines or a choice is kept free below the field, so that the keys never move.
    readonly property real aside: Math.max(2 * Math.round(Theme.smallLetters * Theme.lineHeight), Theme.target)
    // Keys keep their real size on a small screen, so that the rest has to give way.
    readonly property bool cramped: Theme.target > Theme.mm(21)

    wanted: grid.implicitHeight

    GridLayout {
        id: grid
        anchors.fill: parent
        columns: Theme.portrait ? 1 : 2
        columnSpacing: Theme.mm(20)
        rowSpacing: Theme.mm(body.cramped ? 4 : 7)

        ColumnLayout {
            Layout.fillWidth: true
            Layout.fillHeight: false
            Layout.alignment: Qt.AlignTop
            Layout.preferredWidth: Theme.portrait ? -1 : Theme.mm(196)
            spacing: Theme.mm(3)

            Heading {
                Layout.fillWidth: true
                text: body.page.heading
                font.pixelSize: Theme.bannerLetters
            }
            Sentences {
                Layout.fillWidth: true
                sentences: body.page.sentences
                letters: Theme.smallLetters
            }
            Words {
                Layout.fillWidth: true
                Layout.topMargin: Theme.mm(2)
                text: body.entry.label
                color: Theme.secondInk
                font.pixelSize: Theme.smallLetters
            }
            OpenField {
                visible: body.open
                Layout.fillWidth: true
                shown: body.entry.shown
                // A number of fifteen digits and a plus, in groups; a code as long as anybody would type.
                longest: body.entry.keypad === "phone" ? "+000 000 000 0000 00" : "WWWWWWWWWWWWWWWW"
                wrong: body.entry.error !== ""
                Accessible.role: Accessible.EditableText
                Accessible.name: body.entry.label
                Accessible.description: body.entry.error
            }
            Slots {
                visible: !body.open
                Layout.fillWidth: true
                Layout.preferredHeight: height
                tallest: Theme.mm(body.cramped ? 24 : 28)
                slots: body.entry.slots
                wrong: body.entry.error !== ""
                Accessible.role: Accessible.EditableText
                Accessible.name: body.entry.label
                Accessible.description: body.entry.error
            }
            FieldError {
                visible: body.other === null
                Layout.fillWidth: true
                Layout.preferredHeight: Math.max(body.aside, Theme.portrait ? 0 : implicitHeight)
                Layout.topMargin: Theme.mm(2)
                text: body.entry.error
            }
            ChoiceButton {
                visible: body.other !== null
                choice: body.other
                shares: true
                implicitHeight: body.aside
                Layout.alignment: Qt.AlignRight
                Layout.fillWidth: !Theme.portrait
                Layout.preferredWidth: Math.round(parent.width * 0.6)
                Layout.topMargin: Theme.mm(2)
                onActed: body.chosen(choiceId)
            }
        }

        Keypad {
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.rowSpan: Theme.portrait ? 1 : 2
            Layout.preferredWidth: Theme.portrait ? -1 : Theme.mm(232)
            Layout.minimumWidth: 7 * Theme.target + 6 * Theme.keyGap
            kind: body.entry.keypad
            allowed: body.entry.allowed
            onKeyed: key => body.keyed(key)
        }

        RowLayout {
            visible: Theme.portrait
            Layout.fillWidth: true
            spacing: Theme.mm(5)

            Repeater {
                model: Theme.portrait ? body.below.length : 0

                EntryChoice {
                    required property int index

                    // The main one at the right, where the last key was.
                    choice: body.below[body.below.length - 1 - index]
                    Layout.fillWidth: true
                    Layout.preferredWidth: main ? 5 : 4
                }
            }
        }

        GridLayout {
            visible: !Theme.portrait
            Layout.fillWidth: true
            Layout.row: 1
            Layout.column: 0
            Layout.alignment: Qt.AlignBottom
            columns: 2
            columnSpacing: Theme.mm(5)
            rowSpacing: Theme.mm(5)
            uniformCellWidths: true

            Repeater {
                model: Theme.portrait ? 0 : body.below.length

                EntryChoice {
                    required property int index

                    choice: body.below[index]
                    Layout.fillWidth: true
                    Layout.columnSpan: main ? 2 : 1
                }
            }
        }
    }

    component EntryChoice: ChoiceButton {
        implicitHeight: body.cramped ? Theme.target : Theme.choice
        // The next touch may follow at once: nothing here leads away before the code is complete.
        types: !main
        enabled: !main || body.entry.complete
        onActed: body.chosen(choiceId)
    }
}
