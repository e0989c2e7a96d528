pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../theme"

// The choices of a page under each other, the main one first and largest. Of three, the two lesser ones share a line.
GridLayout {
    id: list

    Layout.fillHeight: false

    required property var choices
    property bool large: false
    signal chosen(string id)

    columns: choices.length === 3 && width > Theme.realMm(150) ? 2 : 1
    columnSpacing: Theme.gap
    rowSpacing: Theme.gap
    uniformCellWidths: columns > 1
    visible: choices.length > 0

    Repeater {
        // By count, so that a page that says a little more does not take the button from under a finger.
        model: list.choices.length

        ChoiceButton {
            required property int index

            choice: list.choices[index]
            large: list.large
            shares: index > 0 && list.columns > 1
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.columnSpan: index === 0 ? list.columns : 1
            onActed: list.chosen(choiceId)
        }
    }
}
