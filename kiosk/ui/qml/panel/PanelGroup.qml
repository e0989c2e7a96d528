import QtQuick
import QtQuick.Layouts
import "../theme"

// A titled part of the panel.
Rectangle {
    id: group

    required property string title
    default property alias content: column.data

    implicitHeight: column.implicitHeight + 28
    Layout.fillWidth: true
    radius: 12
    color: Theme.card
    border.width: 1
    border.color: Theme.hairline

    ColumnLayout {
        id: column
        x: 14
        y: 14
        width: parent.width - 28
        height: parent.height - 28
        spacing: 8

        PanelText {
            text: group.title
            color: Theme.secondInk
            font.bold: true
            font.pixelSize: 13
        }
    }
}
