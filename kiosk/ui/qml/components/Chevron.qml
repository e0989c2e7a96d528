import QtQuick
import "../theme"

// What is touched here leads on.
Figure {
    id: chevron

    property color color: Theme.action

    implicitWidth: Theme.mm(7)
    implicitHeight: Theme.mm(7)

    Stroke {
        strokeColor: chevron.color
        strokeWidth: 13
        d: "M 34 12 L 70 50 L 34 88"
    }
}
