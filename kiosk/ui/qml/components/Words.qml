import QtQuick
import "../theme"

// Running text. Noto's own line spacing is generous; this sets it, and keeps the letters in the middle of the line.
Text {
    id: words

    readonly property real naturalHeight: 1.362
    // Arabic letters reach higher in their typeface, and put the whole line lower by so much (its ascent of 1.374 less
    // 1.069), while its height stays that of the Latin one.
    readonly property real lower: /[\u0600-\u06FF]/.test(text) ? 0.305 : 0
    property real spacing: Theme.lineHeight
    property int letters: Theme.bodyLetters
    // Where a word would be wider than its place, letters of that size: set by whoever fits large words in; 0 for none.
    property int cap: 0
    readonly property real excess: Math.round((naturalHeight - spacing) / 2 * font.pixelSize)
    visible: text !== ""
    color: Theme.ink
    font.family: Theme.family
    font.pixelSize: cap > 0 ? Math.min(letters, cap) : letters
    // Said, so that it is mirrored with the page and not with the letters of a number.
    horizontalAlignment: Text.AlignLeft
    wrapMode: Text.WordWrap
    textFormat: Text.PlainText
    lineHeightMode: Text.FixedHeight
    lineHeight: Math.round(font.pixelSize * spacing)
    topPadding: -excess - Math.round(lower * font.pixelSize)
    bottomPadding: -excess + Math.round(lower * font.pixelSize)
    Accessible.role: Accessible.StaticText
    Accessible.name: text
}
