pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../theme"

// The choices of a page under each other, the main one first and largest.
ColumnLayout {
    id: list

    Layout.fillHeight: false

    required property var choices
    property bool large: false
    signal chosen(string id)

    spacing: Theme.gap
    visible: choices.length > 0

    Repeater {
        // By count, so that a page that says a little more does not take the button from under a finger.
        model: list.choices.length

        ChoiceButton {
            required property int index

            choice: list.choices[index]
            large: list.large
            Layout.fillWidth: true
            onActed: list.chosen(choiceId)
        }
    }
}
