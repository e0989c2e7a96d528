import QtQuick
import "../theme"

// Where the way begins, as seen by whoever looks at the screen. What lies behind them is a turn, since an arrow that
// points down is read as "here". It is never mirrored: right is right in every script.
Rectangle {
    id: box

    // Eighths of a circle, clockwise from ahead: -3 … 4.
    required property int eighths
    property string told: ""
    readonly property bool behind: Math.abs(eighths) > 2

    objectName: "turn"
    radius: Theme.smallRadius
    color: Theme.actionTint
    Accessible.role: Accessible.Graphic
    Accessible.name: told

    Figure {
        anchors.centerIn: parent
        width: parent.width * 0.72
        height: width
        rotation: box.behind ? 0 : box.eighths * 45

        Stroke {
            strokeColor: Theme.action
            strokeWidth: 13
            d: !box.behind ? "M 50 90 V 14 M 18 46 L 50 14 L 82 46" : box.eighths > 0 ? "M 24 92 V 40 A 23 23 0 0 1 70 40 V 84 M 44 60 L 70 86 L 96 60" : "M 76 92 V 40 A 23 23 0 0 0 30 40 V 84 M 4 60 L 30 86 L 56 60"
        }
    }
}
