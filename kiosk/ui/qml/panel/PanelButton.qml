import QtQuick
import QtQuick.Layouts
import "../theme"

// A button with a label and a quieter note.
Rectangle {
    id: button

    required property string label
    property string note: ""
    signal acted

    Layout.fillWidth: true
    implicitHeight: 44
    implicitWidth: row.implicitWidth + 28
    radius: 8
    color: tap.pressed ? Theme.actionTint : Theme.card
    border.width: 1.5
    border.color: Theme.action
    Accessible.role: Accessible.Button
    Accessible.name: label

    RowLayout {
        id: row
        anchors.fill: parent
        anchors.leftMargin: 14
        anchors.rightMargin: 14

        PanelText {
            text: button.label
            color: Theme.action
            font.bold: true
        }
        PanelText {
            visible: text !== ""
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignRight
            text: button.note
            color: Theme.secondInk
            font.pixelSize: 13
            elide: Text.ElideRight
            wrapMode: Text.NoWrap
        }
    }
    TapHandler {
        id: tap
        gesturePolicy: TapHandler.ReleaseWithinBounds
        onTapped: button.acted()
    }
}
