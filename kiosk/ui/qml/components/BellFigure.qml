import QtQuick
import QtQuick.Shapes

// A desk bell.
Figure {
    id: bell

    required property color color

    ShapePath {
        fillColor: bell.color
        strokeWidth: -1
        PathSvg {
            path: "M 50 18 A 7 7 0 0 1 54 31 C 73 33 88 48 89 68 H 11 C 12 48 27 33 46 31 A 7 7 0 0 1 50 18 Z M 6 74 H 94 A 4 4 0 0 1 94 86 H 6 A 4 4 0 0 1 6 74 Z"
        }
    }
}
