import QtQuick
import QtQuick.Layouts
import QtQuick.Shapes
import "../theme"

// What is wrong with the field above, in words and with a sign.
RowLayout {
    id: row

    required property string text
    property int letters: Theme.smallLetters

    spacing: Theme.mm(4)

    Figure {
        visible: row.text !== ""
        implicitWidth: Theme.mm(11)
        implicitHeight: Theme.mm(11)

        ShapePath {
            fillColor: Theme.urgent
            strokeWidth: -1
            PathSvg {
                path: "M 50 2 A 48 48 0 1 1 50 98 A 48 48 0 1 1 50 2 Z"
            }
        }
        ShapePath {
            fillColor: Theme.inverse
            strokeWidth: -1
            PathSvg {
                path: "M 42 20 H 58 V 58 H 42 Z M 50 66 A 9 9 0 1 1 50 84 A 9 9 0 1 1 50 66 Z"
            }
        }
    }
    Words {
        Layout.fillWidth: true
        text: row.text
        color: Theme.urgent
        letters: row.letters
        font.bold: true
        Accessible.role: Accessible.AlertMessage
    }
}
