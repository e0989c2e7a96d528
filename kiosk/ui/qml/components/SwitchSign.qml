import QtQuick

// What a switch does: larger letters, contrast, lower, by ear, without motion; or a tick, where it is on.
Figure {
    id: figure

    required property string sign
    required property color color

    readonly property var drawings: ({
            "on": "M 14 54 L 40 80 L 88 22",
            "comfort-large": "M 6 88 L 36 14 L 66 88 M 17 62 H 55 M 82 14 V 50 M 64 32 H 100",
            "comfort-contrast": "M 50 6 A 44 44 0 1 1 50 94 A 44 44 0 1 1 50 6 Z",
            "comfort-low": "M 50 6 V 66 M 24 42 L 50 68 L 76 42 M 14 92 H 86",
            "comfort-speech": "M 12 62 V 52 A 38 38 0 0 1 88 52 V 62",
            "comfort-calm": "M 50 6 A 44 44 0 1 1 50 94 A 44 44 0 1 1 50 6 Z M 38 34 V 66 M 62 34 V 66"
        })
    readonly property var fills: ({
            "comfort-contrast": "M 50 10 A 40 40 0 0 1 50 90 Z",
            "comfort-speech": "M 4 58 H 26 V 92 H 16 A 12 12 0 0 1 4 80 Z M 74 58 H 96 V 80 A 12 12 0 0 1 84 92 H 74 Z"
        })

    Stroke {
        strokeColor: figure.color
        strokeWidth: figure.sign === "on" ? 17 : 11
        d: figure.drawings[figure.sign] ?? ""
    }
    Stroke {
        fillColor: figure.color
        strokeWidth: -1
        d: figure.fills[figure.sign] ?? ""
    }
}
