import QtQuick
import "../theme"

// White paper on the ground: what the page is about lies here.
Rectangle {
    color: Theme.card
    radius: Theme.radius
    border.width: Theme.hair
    border.color: Theme.hairline
}
