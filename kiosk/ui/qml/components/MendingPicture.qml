import QtQuick
import "../theme"

// How it is mended. When it is, the drawing gives way to a large tick on green, once and calmly.
Rectangle {
    id: panel

    required property string drawing
    required property string light
    readonly property bool well: light === "green"
    readonly property real markSize: Math.min(width, height) * 0.5
    // How far it is mended, from 0 to 1.
    property real mended: 0

    objectName: "mending"
    implicitHeight: Theme.mm(96)
    radius: Theme.radius
    color: Theme.actionTint

    onWellChanged: {
        turning.to = well ? 1 : 0;
        turning.restart();
    }
    Component.onCompleted: {
        turning.stop();
        mended = well ? 1 : 0;
    }

    // Ends whatever moves.
    function settle(): void {
        turning.complete();
    }

    NumberAnimation {
        id: turning
        target: panel
        property: "mended"
        duration: Theme.move
        easing.type: Easing.OutCubic
    }

    Rectangle {
        anchors.fill: parent
        radius: parent.radius
        color: Theme.goodTint
        border.width: Theme.mm(1)
        border.color: Theme.good
        opacity: panel.mended
    }
    FaultDrawing {
        anchors.fill: parent
        anchors.margins: Theme.mm(9)
        drawing: panel.drawing
        opacity: 1 - panel.mended
    }
    HealthLight {
        anchors.centerIn: parent
        implicitWidth: panel.markSize
        light: panel.drawing === "" && !panel.well ? panel.light : ""
        opacity: 1 - panel.mended
    }
    HealthLight {
        anchors.centerIn: parent
        implicitWidth: panel.markSize
        light: panel.mended > 0 ? "green" : ""
        opacity: panel.mended
    }
}
