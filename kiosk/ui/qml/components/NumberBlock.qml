import QtQuick
import QtQuick.Layouts
import "../theme"

// The number that the client is called by: the largest thing on its page, larger still where no slip carries it.
Rectangle {
    id: block

    readonly property bool whole: true

    required property var card
    // As large as the screen allows.
    property bool alone: false
    // Gives way to what else the page has to show.
    property bool crowded: false
    readonly property real largest: Theme.mm(Theme.large ? (Theme.low && !Theme.portrait ? 60 : 128) : alone ? Math.max(64, 100 * Theme.squeeze) : crowded ? Math.max(42, 64 * Theme.squeeze) : 64)
    // The width that it needs for the largest letters.
    readonly property real natural: Math.ceil(measure.advanceWidth * largest / 100) + 2 * column.x
    readonly property real letters: Math.floor(Math.min(largest, 100 * column.width / Math.max(1, measure.advanceWidth)))

    implicitHeight: column.implicitHeight + 2 * Theme.air(6)
    color: Theme.number
    radius: Theme.radius
    border.width: Theme.mm(1)
    border.color: Theme.numberEdge

    TextMetrics {
        id: measure
        font.family: Theme.family
        font.pixelSize: 100
        font.bold: true
        text: block.card.number
    }

    ColumnLayout {
        id: column
        anchors.verticalCenter: parent.verticalCenter
        x: Theme.mm(8)
        width: parent.width - 2 * x
        spacing: Theme.mm(3)

        Words {
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignHCenter
            text: block.card.numberLabel
            color: Theme.secondNumberInk
            letters: Theme.titleLetters
        }
        Words {
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignHCenter
            text: block.card.number
            color: Theme.numberInk
            letters: block.letters
            font.bold: true
            wrapMode: Text.NoWrap
            spacing: 1.0
        }
    }
}
