import QtQuick
import "../theme"

// A landmark on a floor plan, by the forms that buildings use: a lift, stairs, the desk, the way in, toilets.
Rectangle {
    id: mark

    required property string kind
    // The client changes floors here.
    property bool used: false
    readonly property color line: used ? Theme.inverse : Theme.secondInk

    height: width
    radius: Theme.mm(1.2)
    color: used ? Theme.action : Theme.card
    border.width: used ? 0 : Theme.hair
    border.color: Theme.detail

    Figure {
        anchors.centerIn: parent
        width: parent.width * 0.84
        height: width

        Stroke {
            fillColor: mark.kind === "lift" ? mark.line : "transparent"
            strokeColor: mark.line
            strokeWidth: mark.kind === "lift" ? 3 : 10
            d: {
                switch (mark.kind) {
                case "lift":
                    return "M 50 8 L 82 42 H 18 Z M 50 92 L 18 58 H 82 Z";
                case "stairs":
                    return "M 10 84 H 32 V 62 H 54 V 40 H 76 V 18 H 92";
                case "desk":
                    return "M 50 40 V 82 M 50 18 V 19";
                case "entrance":
                    return "M 50 88 V 20 M 24 46 L 50 20 L 76 46";
                case "toilet":
                    return "M 6 30 L 16 72 L 27 42 L 38 72 L 48 30 M 92 38 A 18 21 0 1 0 92 64";
                }
                return "";
            }
        }
    }
}
