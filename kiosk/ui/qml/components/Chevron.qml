import QtQuick
import "../theme"

// What is touched here leads on: to where the reading goes.
Figure {
    id: chevron

    property color color: Theme.action

    implicitWidth: Theme.mm(7)
    implicitHeight: Theme.mm(7)

    Stroke {
        strokeColor: chevron.color
        strokeWidth: 13
        d: Theme.mirrored ? "M 66 12 L 30 50 L 66 88" : "M 34 12 L 70 50 L 34 88"
    }
}
