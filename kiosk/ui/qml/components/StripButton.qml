import QtQuick
import "../theme"

// A language, or something that makes the screen easier. What is on is filled and has a tick.
Press {
    id: button

    required property rect place
    required property string words
    required property bool on
    required property int letters
    // What is drawn over the words: a switch's id.
    property string sign: ""
    property bool bold: false
    // Two words have no room above them, but beside.
    readonly property bool two: sign !== "" && (/\s/.test(words) || place.width >= 6.3 * letters) && widest + beside <= space
    // A word that is too long for its place gets smaller: the strip is the same in every language.
    readonly property real space: place.width - 2 * Theme.line
    readonly property real widest: measure.advanceWidth / 100 * letters
    readonly property real beside: Math.min(letters * 0.95, Theme.mm(8)) + Theme.mm(2)
    readonly property real mark: sign !== "" ? Math.min(letters * 0.95, Theme.mm(8), two ? place.height : place.height - label.height - Theme.mm(3.2)) : letters * (Theme.large ? 0.42 : 0.6)
    // Under its sign a word keeps clear of the edge with what hangs below the line.
    readonly property real below: Math.min(Math.round((height - mark - label.height) / 2.4 + mark + Theme.mm(0.5)), Math.round(height - label.height - Theme.mm(label.lower > 0 ? 3.2 : 1.8)))
    readonly property color drawn: on || held ? Theme.inverse : Theme.ink

    x: place.x
    y: place.y
    width: place.width
    height: place.height
    color: on || held ? Theme.ink : Theme.card
    border.width: Theme.line
    border.color: Theme.ink
    // One of the languages holds; of the switches each one by itself.
    Accessible.role: sign === "" ? Accessible.RadioButton : Accessible.CheckBox
    Accessible.name: words
    Accessible.checkable: true
    Accessible.checked: on

    TextMetrics {
        id: measure
        font.family: Theme.family
        font.pixelSize: 100
        font.bold: button.bold
        text: button.words.split(/\s+/).reduce((one, other) => other.length > one.length ? other : one, "")
    }
    SwitchSign {
        id: drawing
        visible: button.sign !== "" || button.on
        sign: button.on ? "on" : button.sign
        color: button.drawn
        width: button.mark
        height: width
        x: button.two ? Math.round((parent.width - width - label.contentWidth - Theme.mm(2)) / 2) : Math.round((parent.width - width) / 2)
        y: button.two ? Math.round((parent.height - height) / 2) : button.sign !== "" ? button.below - Theme.mm(0.5) - height : Theme.large ? Theme.mm(1.4) : Math.round((parent.height - label.height) / 4 - height / 3)
    }
    Words {
        id: label
        x: button.two ? button.beside : 0
        y: button.sign !== "" && !button.two ? button.below : Math.round((parent.height - height) / 2)
        width: parent.width - x
        text: button.words
        color: button.drawn
        letters: Math.floor(Math.min(button.letters, button.letters * (button.space - (button.two ? button.beside : 0)) / Math.max(1, button.widest)))
        font.bold: button.bold
        spacing: 1.08
        horizontalAlignment: Text.AlignHCenter
        Accessible.ignored: true
    }
}
