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

    // Large words in low reach leave no room to lose: what erases stands after the last key.
    readonly property Item spare: apart && Theme.dense ? keys.spare : null

    // Room for two lines or a choice is kept free below the field, so that the keys never move.
    readonly property real besides: Math.max(2 * Math.round(Theme.smallLetters * Theme.lineHeight), Theme.target)
    // Keys keep their real size on a small screen, so that the rest has to give way.
    readonly property bool cramped: Theme.target > Theme.mm(21)

    // Apart from the sheet the field stays in sight, right above the keys.
    typed: true
    held: field
    controls: stack
    slender: false
    tight: apart && aside !== null && below.implicitHeight > aside.height
    wanted: grid.implicitHeight

    GridLayout {
        id: grid
        anchors.fill: parent
        columns: Theme.portrait || body.apart ? 1 : 2
        columnSpacing: Theme.mm(20)
        rowSpacing: Theme.mm(body.cramped ? 4 : 7)

        ColumnLayout {
            Layout.fillWidth: true
            Layout.fillHeight: false
            Layout.alignment: Qt.AlignTop
            Layout.preferredWidth: Theme.portrait || body.apart ? -1 : Theme.mm(196)
            spacing: Theme.mm(3)

            Heading {
                Layout.fillWidth: true
                text: body.page.heading
                // Keys leave little room for it.
                letters: Theme.large && !Theme.portrait ? Theme.letters(12.5) : Theme.bannerLetters
            }
            Sentences {
                Layout.fillWidth: true
                sentences: body.page.sentences
                letters: Theme.smallLetters
            }
            Place {
                id: fieldPlace
                body: body
                controls: field
                Layout.fillWidth: true
            }
        }
        Place {
            id: keysPlace
            body: body
            controls: keys
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.rowSpan: Theme.portrait ? 1 : 2
            Layout.preferredWidth: Theme.portrait ? -1 : Theme.mm(232)
            Layout.minimumWidth: 7 * Theme.target + 6 * Theme.keyGap
        }
        Place {
            id: belowPlace
            body: body
            controls: below
            Layout.fillWidth: true
            Layout.row: Theme.portrait ? 2 : 1
            Layout.column: 0
            Layout.alignment: Qt.AlignBottom
        }
    }

    ColumnLayout {
        id: stack
        parent: body.dock
        visible: body.apart
        width: parent.width
        spacing: Theme.keyGap

        Item {
            id: keysSlot
            Layout.fillWidth: true
            implicitHeight: keys.implicitHeight
        }
        Item {
            id: belowSlot
            visible: body.aside === null
            Layout.fillWidth: true
            implicitHeight: below.implicitHeight
        }
    }

    GridLayout {
        id: field
        parent: body.apart ? body.holding : fieldPlace
        width: parent.width
        columns: body.apart && !Theme.portrait ? 2 : 1
        columnSpacing: Theme.mm(10)
        rowSpacing: Theme.mm(body.apart ? 2 : 3)

        Words {
            Layout.fillWidth: true
            Layout.topMargin: body.apart ? 0 : Theme.mm(2)
            text: body.entry.label
            color: Theme.secondInk
            letters: body.apart ? Theme.steadyLetters(9) : Theme.smallLetters
        }
        OpenField {
            visible: body.open
            Layout.row: 1
            Layout.columnSpan: field.columns
            Layout.fillWidth: true
            shown: body.entry.shown
            // A number of fifteen digits and a plus, in groups; a code as long as anybody would type.
            longest: body.entry.keypad === "phone" ? "+000 000 000 0000 00" : "WWWWWWWWWWWWWWWW"
            wrong: body.entry.error !== ""
            objectName: "field"
            Accessible.role: Accessible.EditableText
            Accessible.readOnly: true
            Accessible.name: body.entry.label
            Accessible.description: body.entry.error
        }
        Slots {
            visible: !body.open
            Layout.row: 2
            Layout.columnSpan: field.columns
            Layout.fillWidth: true
            Layout.preferredHeight: height
            tallest: Theme.mm(body.cramped || body.apart ? 24 : 28)
            slots: body.entry.slots
            wrong: body.entry.error !== ""
            objectName: "field"
            Accessible.role: Accessible.EditableText
            Accessible.readOnly: true
            Accessible.name: body.entry.label
            Accessible.description: body.entry.error
        }
        FieldError {
            visible: body.apart ? text !== "" : body.other === null
            // Apart from the sheet the keys stand still whatever stands over them.
            Layout.row: field.columns > 1 ? 0 : 3
            Layout.column: field.columns - 1
            Layout.fillWidth: true
            Layout.preferredHeight: body.apart ? implicitHeight : Math.max(body.besides, Theme.portrait ? 0 : implicitHeight)
            Layout.topMargin: body.apart ? 0 : Theme.mm(2)
            letters: body.apart ? Theme.steadyLetters(9) : Theme.smallLetters
            text: body.entry.error
        }
        ChoiceButton {
            Layout.row: 4
            visible: body.other !== null && !body.apart
            choice: visible ? body.other : null
            shares: true
            implicitHeight: body.besides
            Layout.alignment: Qt.AlignRight
            Layout.fillWidth: !Theme.portrait
            Layout.preferredWidth: Math.round(parent.width * 0.6)
            Layout.topMargin: Theme.mm(2)
            onActed: body.chosen(choiceId)
        }
    }

    Keypad {
        id: keys
        parent: body.apart ? keysSlot : keysPlace
        width: parent.width
        height: body.apart ? implicitHeight : parent.height
        packed: body.apart
        kind: body.entry.keypad
        allowed: body.entry.allowed
        onKeyed: key => body.keyed(key)
    }

    ChoiceButton {
        parent: body.spare ?? body
        visible: body.spare !== null && choiceId !== ""
        choice: body.spare ? body.page.choices.find(choice => choice.erases) ?? null : null
        width: parent.width
        height: parent.height
        shares: true
        types: true
        onActed: body.chosen(choiceId)
    }

    GridLayout {
        id: below
        // In one row the main one stands at the right, where the last key was.
        readonly property bool inRow: Theme.portrait || body.apart
        readonly property var choices: body.spare ? body.page.choices.filter(choice => !choice.erases) : body.apart ? body.page.choices : body.below

        readonly property Item owner: body

        parent: !body.apart ? belowPlace : body.aside ?? belowSlot
        width: parent.width
        columns: !inRow || Theme.large && Theme.portrait && !Theme.low ? 2 : choices.length
        columnSpacing: body.apart ? Theme.keyGap : Theme.mm(5)
        rowSpacing: body.apart ? Theme.keyGap : Theme.mm(5)
        uniformCellWidths: !inRow

        Repeater {
            model: below.choices.length

            ChoiceButton {
                required property int index

                choice: below.choices[below.inRow ? below.choices.length - 1 - index : index]
                shares: body.apart
                implicitHeight: Math.max(body.cramped || body.apart ? Theme.target : Theme.choice, wordsHeight + Theme.mm(1))
                // The next touch may follow at once: nothing here leads away before the code is complete.
                types: !main
                enabled: !main || body.entry.complete
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: !below.inRow ? -1 : body.apart ? 2 + Math.max(...words.split(" ").map(word => word.length)) : main ? 5 : 4
                Layout.columnSpan: !below.inRow && main ? 2 : 1
                onActed: body.chosen(choiceId)
            }
        }
    }
}
