import QtQuick
import "../theme"

// Small print for a desk, not for a lobby.
Text {
    color: Theme.ink
    font.family: Theme.family
    font.pixelSize: 14
    wrapMode: Text.WordWrap
    textFormat: Text.PlainText
}
