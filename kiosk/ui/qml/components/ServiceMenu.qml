pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../theme"

// The choices of a service page: side by side below the table, or under each other beside it.
GridLayout {
    id: menu

    required property var choices
    property int across: 1
    signal chosen(string id)

    columns: across
    columnSpacing: Theme.keyGap
    rowSpacing: Theme.keyGap
    uniformCellWidths: true
    visible: choices.length > 0
    Layout.fillHeight: false

    Repeater {
        model: menu.choices.length

        ServiceChoice {
            required property int index

            choice: menu.choices[index]
            Layout.fillWidth: true
            Layout.fillHeight: true
            // The last one fills what is left of its line.
            Layout.columnSpan: index === menu.choices.length - 1 ? menu.across - index % menu.across : 1
            onActed: menu.chosen(choiceId)
        }
    }
}
