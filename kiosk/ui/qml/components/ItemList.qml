pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../theme"

// A short list.
ColumnLayout {
    id: list

    Layout.fillHeight: false

    required property var items
    property int letters: Theme.bodyLetters

    spacing: Theme.mm(5)
    visible: items.length > 0

    Repeater {
        model: list.items.length

        RowLayout {
            id: row
            required property int index

            spacing: Theme.mm(5)

            Rectangle {
                implicitWidth: Theme.mm(4)
                implicitHeight: Theme.mm(4)
                radius: height / 2
                color: Theme.action
                Layout.alignment: Qt.AlignTop
                Layout.topMargin: (words.lineHeight - height) / 2
            }
            Words {
                id: words
                Layout.fillWidth: true
                text: list.items[row.index] ?? ""
                letters: list.letters
                font.bold: true
            }
        }
    }
}
