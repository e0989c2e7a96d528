import QtQuick
import "../theme"

// How something is: a green round tick, a yellow triangle, a red square with a cross. Each is known by its form alone. It
// has neither frame nor shadow, so that nobody takes it for a button.
Item {
    id: mark

    required property string light
    // Heard where the mark stands alone.
    property string words: ""

    implicitWidth: Theme.mm(8)
    implicitHeight: implicitWidth
    visible: light !== ""
    Accessible.role: Accessible.StaticText
    Accessible.name: words
    Accessible.ignored: words === ""

    Figure {
        anchors.fill: parent
        visible: mark.light === "green"

        Stroke {
            fillColor: Theme.good
            strokeWidth: -1
            d: "M 50 2 A 48 48 0 1 1 50 98 A 48 48 0 1 1 50 2 Z"
        }
        Stroke {
            strokeColor: Theme.inverse
            strokeWidth: 12
            d: "M 27 53 L 43 69 L 74 34"
        }
    }
    Figure {
        anchors.fill: parent
        visible: mark.light === "yellow"

        Stroke {
            fillColor: Theme.caution
            strokeColor: Theme.ink
            strokeWidth: 7
            d: "M 50 9 L 95 90 H 5 Z"
        }
        Stroke {
            fillColor: Theme.cautionInk
            strokeWidth: -1
            d: "M 43.5 36 H 56.5 L 54.5 64 H 45.5 Z M 50 68 A 6.5 6.5 0 1 1 50 81 A 6.5 6.5 0 1 1 50 68 Z"
        }
    }
    Figure {
        anchors.fill: parent
        visible: mark.light === "red"

        Stroke {
            fillColor: Theme.urgent
            strokeWidth: -1
            d: "M 14 4 H 86 A 10 10 0 0 1 96 14 V 86 A 10 10 0 0 1 86 96 H 14 A 10 10 0 0 1 4 86 V 14 A 10 10 0 0 1 14 4 Z"
        }
        Stroke {
            strokeColor: Theme.inverse
            strokeWidth: 13
            d: "M 31 31 L 69 69 M 69 31 L 31 69"
        }
    }
}
