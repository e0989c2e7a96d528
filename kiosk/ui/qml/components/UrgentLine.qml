import QtQuick
import QtQuick.Shapes
import "../theme"

// Whoever must not wait at a machine.
Item {
    id: line

    required property string urgent
    readonly property real sign: Theme.frameLetters * 1.5
    readonly property real indent: sign + Theme.mm(4)
    // All of it, in letters, in the language that needs most.
    readonly property real longest: 47

    // The same in every language, so that choosing another moves nothing.
    function heightIn(room: real): real {
        const lines = Math.max(1, Math.ceil(longest * Theme.frameLetters / Math.max(1, room - indent)));
        return Math.max(Math.ceil(sign), lines * Math.round(Theme.frameLetters * Theme.lineHeight));
    }

    visible: urgent !== ""

    Figure {
        x: Theme.mirrored ? parent.width - width : 0
        anchors.verticalCenter: parent.verticalCenter
        width: line.sign
        height: width

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
        x: Theme.mirrored ? 0 : line.indent
        width: parent.width - line.indent
        anchors.verticalCenter: parent.verticalCenter
        text: line.urgent
        color: Theme.urgent
        letters: Theme.frameLetters
        font.bold: true
        LayoutMirroring.enabled: Theme.mirrored
    }
}
