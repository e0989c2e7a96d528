import QtQuick
import "../theme"

// Running text. Noto's own line spacing is generous; this sets it, and keeps the letters in the middle of the line.
Text {
    id: words

    readonly property real naturalHeight: 1.362
    property real spacing: Theme.lineHeight
    readonly property real excess: Math.round((naturalHeight - spacing) / 2 * font.pixelSize)

    visible: text !== ""
    color: Theme.ink
    font.family: Theme.family
    font.pixelSize: Theme.bodyLetters
    wrapMode: Text.WordWrap
    textFormat: Text.PlainText
    lineHeightMode: Text.FixedHeight
    lineHeight: Math.round(font.pixelSize * spacing)
    topPadding: -excess
    bottomPadding: -excess
    Accessible.role: Accessible.StaticText
    Accessible.name: text
}
