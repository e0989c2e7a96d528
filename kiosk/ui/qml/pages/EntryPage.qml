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
    readonly property bool phone: entry.keypad === "phone"

    wanted: grid.implicitHeight

    GridLayout {
        id: grid
        anchors.fill: parent
        columns: Theme.portrait ? 1 : 2
        columnSpacing: Theme.mm(20)
        rowSpacing: Theme.mm(7)

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
            PhoneField {
                visible: body.phone
                Layout.fillWidth: true
                shown: body.entry.shown
                wrong: body.entry.error !== ""
                Accessible.role: Accessible.EditableText
                Accessible.name: body.entry.label
                Accessible.description: body.entry.error
            }
            Slots {
                visible: !body.phone
                Layout.fillWidth: true
                Layout.preferredHeight: height
                slots: body.entry.slots
                wrong: body.entry.error !== ""
                Accessible.role: Accessible.EditableText
                Accessible.name: body.entry.label
                Accessible.description: body.entry.error
            }
            FieldError {
                Layout.fillWidth: true
                // Room for the words is kept free, so that the keys never move.
                Layout.preferredHeight: Math.max(2 * Math.round(Theme.smallLetters * Theme.lineHeight), Theme.portrait ? 0 : implicitHeight)
                Layout.topMargin: Theme.mm(2)
                text: body.entry.error
            }
        }

        Keypad {
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.rowSpan: Theme.portrait ? 1 : 2
            Layout.preferredWidth: Theme.portrait ? -1 : Theme.mm(232)
            Layout.minimumWidth: 7 * Theme.target + 6 * Theme.keyGap
            letters: !body.phone
            allowed: body.entry.allowed
            onKeyed: key => body.keyed(key)
        }

        RowLayout {
            visible: Theme.portrait
            Layout.fillWidth: true
            spacing: Theme.mm(5)

            Repeater {
                model: Theme.portrait ? body.page.choices.length : 0

                EntryChoice {
                    required property int index

                    // The main one at the right, where the last key was.
                    choice: body.page.choices[body.page.choices.length - 1 - index]
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
                model: Theme.portrait ? 0 : body.page.choices.length

                EntryChoice {
                    required property int index

                    choice: body.page.choices[index]
                    Layout.fillWidth: true
                    Layout.columnSpan: main ? 2 : 1
                }
            }
        }
    }

    component EntryChoice: ChoiceButton {
        // The next touch may follow at once: nothing here leads away before the code is complete.
        types: !main
        enabled: !main || body.entry.complete
        onActed: body.chosen(choiceId)
    }
}
