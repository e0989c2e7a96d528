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
        model: list.choices

        ChoiceButton {
            required property var modelData

            choice: modelData
            large: list.large
            Layout.fillWidth: true
            onActed: list.chosen(modelData.id)
        }
    }
}
