pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../theme"

// The choices of a page under each other, the main one first and largest. Of three, the two lesser ones share a line; in
// low reach on a wide screen all of them do.
GridLayout {
    id: list

    Layout.fillHeight: false

    required property var choices
    property bool large: false
    readonly property bool inLine: Theme.low && !Theme.portrait
    signal chosen(string id)

    columns: inLine ? Math.max(1, choices.length) : choices.length === 3 && width > Theme.realMm(Theme.large ? 190 : 150) ? 2 : 1
    columnSpacing: Theme.low ? Theme.keyGap : Theme.gap
    rowSpacing: Theme.low || Theme.large ? Theme.keyGap : Theme.gap
    uniformCellWidths: columns > 1
    visible: choices.length > 0

    Repeater {
        // By count, so that a page that says a little more does not take the button from under a finger.
        model: list.choices.length

        ChoiceButton {
            required property int index

            choice: list.choices[index]
            large: list.large
            shares: list.inLine ? list.columns > 1 : index > 0 && list.columns > 1
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.columnSpan: index === 0 && !list.inLine ? list.columns : 1
            onActed: list.chosen(choiceId)
        }
    }
}
