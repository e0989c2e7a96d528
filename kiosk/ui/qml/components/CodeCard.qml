import QtQuick
import QtQuick.Layouts
import QtQuick.Shapes
import "../theme"

// A code for the client's own phone, with the words that say what it is for. Each module is a whole number of
// pixels, so that every edge is sharp.
GridLayout {
    id: card

    required property var code
    // The words below the code rather than beside it.
    property bool upright: false
    property bool several: false
    readonly property int pixels: Math.ceil(Theme.realMm(Theme.leastCode) / Math.max(1, code.modules))

    columns: upright ? 1 : 2
    columnSpacing: Theme.mm(5)
    rowSpacing: 0

    Rectangle {
        readonly property bool whole: true

        objectName: "code"
        implicitWidth: card.code.width * card.pixels
        implicitHeight: implicitWidth
        radius: Theme.smallRadius
        color: Theme.codeLight
        Layout.alignment: Qt.AlignHCenter
        Accessible.role: Accessible.Graphic
        Accessible.name: card.code.words

        Shape {
            width: card.code.width
            height: width
            scale: card.pixels
            transformOrigin: Item.TopLeft

            ShapePath {
                fillColor: Theme.codeDark
                strokeWidth: -1
                PathSvg {
                    path: card.code.path
                }
            }
        }
    }
    Words {
        Layout.fillWidth: true
        Layout.bottomMargin: card.upright ? Theme.mm(3) : 0
        text: card.code.words
        letters: card.several ? Theme.smallLetters : Theme.bodyLetters
        font.bold: true
        horizontalAlignment: card.upright ? Text.AlignHCenter : Text.AlignLeft
    }
}
