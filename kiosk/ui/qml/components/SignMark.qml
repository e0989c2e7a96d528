import QtQuick
import QtQuick.Shapes
import "../theme"

// The three faces of truth. Each has its own form, so that it is known in greyscale and from afar.
Item {
    id: mark

    required property string sign
    property real size: Theme.mm(30)

    objectName: "sign"
    implicitWidth: visible ? size : 0
    implicitHeight: visible ? size : 0
    visible: sign !== "none"

    Figure {
        anchors.fill: parent
        visible: mark.sign === "registered"

        ShapePath {
            fillColor: Theme.inverse
            strokeWidth: -1
            PathSvg {
                path: "M 50 2 A 48 48 0 1 1 50 98 A 48 48 0 1 1 50 2 Z"
            }
        }
        ShapePath {
            fillColor: "transparent"
            strokeColor: Theme.good
            strokeWidth: 12
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin
            PathSvg {
                path: "M 27 53 L 43 69 L 74 34"
            }
        }
    }

    Figure {
        anchors.fill: parent
        visible: mark.sign === "recorded"

        ShapePath {
            fillColor: Theme.card
            strokeColor: Theme.waiting
            strokeWidth: 10
            PathSvg {
                path: "M 50 7 A 43 43 0 1 1 50 93 A 43 43 0 1 1 50 7 Z"
            }
        }
        ShapePath {
            fillColor: "transparent"
            strokeColor: Theme.waiting
            strokeWidth: 9
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin
            PathSvg {
                path: "M 50 26 L 50 52 L 67 62"
            }
        }
    }

    Figure {
        anchors.fill: parent
        visible: mark.sign === "not-registered"

        ShapePath {
            fillColor: Theme.ink
            strokeWidth: -1
            PathSvg {
                path: "M 18 2 H 82 A 16 16 0 0 1 98 18 V 82 A 16 16 0 0 1 82 98 H 18 A 16 16 0 0 1 2 82 V 18 A 16 16 0 0 1 18 2 Z"
            }
        }
        ShapePath {
            fillColor: Theme.inverse
            strokeWidth: -1
            PathSvg {
                path: "M 50 17 A 12 12 0 1 1 50 41 A 12 12 0 1 1 50 17 Z M 28 62 C 28 51 38 46 50 46 C 62 46 72 51 72 62 Z"
            }
        }
        ShapePath {
            fillColor: Theme.inverse
            strokeWidth: -1
            PathSvg {
                path: "M 17 66 H 83 V 75 H 17 Z M 24 75 H 32 V 86 H 24 Z M 68 75 H 76 V 86 H 68 Z"
            }
        }
    }
}
