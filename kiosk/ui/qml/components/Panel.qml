import QtQuick
import "../theme"

// White paper on the ground: what the page is about lies here.
Rectangle {
    // Its upper edge is seen only with what it is the ground of.
    readonly property bool ground: true

    color: Theme.card
    radius: Theme.radius
    border.width: Theme.hair
    border.color: Theme.hairline
}
