import QtQuick
import QtQuick.Layouts
import "../theme"

// Something that is well or broken, and that a click turns into the other.
Rectangle {
    id: control

    required property string label
    required property string well
    required property string broken
    required property bool on
    signal switched(bool on)

    Layout.fillWidth: true
    Layout.preferredWidth: 1
    implicitHeight: 48
    radius: 8
    color: on ? Theme.card : Theme.urgentTint
    border.width: 1.5
    border.color: on ? Theme.good : Theme.urgent
    Accessible.role: Accessible.CheckBox
    Accessible.name: label
    Accessible.checked: on

    ColumnLayout {
        anchors.verticalCenter: parent.verticalCenter
        x: 14
        width: parent.width - 28
        spacing: 0

        PanelText {
            text: control.label
            font.bold: true
        }
        PanelText {
            text: control.on ? control.well : control.broken
            color: control.on ? Theme.good : Theme.urgent
            font.pixelSize: 13
        }
    }
    Rectangle {
        anchors.verticalCenter: parent.verticalCenter
        anchors.right: parent.right
        anchors.rightMargin: 14
        width: 40
        height: 22
        radius: 11
        color: control.on ? Theme.good : Theme.secondInk

        Rectangle {
            x: control.on ? parent.width - width - 3 : 3
            y: 3
            width: 16
            height: 16
            radius: 8
            color: Theme.inverse
        }
    }
    TapHandler {
        gesturePolicy: TapHandler.ReleaseWithinBounds
        onTapped: control.switched(!control.on)
    }
}
