import QtQuick
import QtQuick.Shapes
import "../theme"

// A calm drawing in a circle: staff come (bell), the desk, time (clock), a telephone (phone).
Rectangle {
    id: plate

    // Shown in one piece.
    readonly property bool whole: true

    required property string picture
    property color ink: Theme.action

    implicitHeight: implicitWidth
    radius: width / 2
    color: Theme.light

    Figure {
        visible: plate.picture === "bell"
        anchors.centerIn: parent
        width: parent.width * 0.86
        height: width

        ShapePath {
            fillColor: "transparent"
            strokeColor: plate.ink
            strokeWidth: 3.4
            capStyle: ShapePath.RoundCap
            PathSvg {
                path: "M 50 12 V 21 M 27 18 L 32 26 M 73 18 L 68 26"
            }
        }
    }
    BellFigure {
        visible: plate.picture === "bell"
        anchors.horizontalCenter: parent.horizontalCenter
        y: parent.height * 0.27
        width: parent.width * 0.54
        height: width
        color: plate.ink
    }
    Figure {
        visible: plate.picture === "desk"
        anchors.centerIn: parent
        width: parent.width * 0.72
        height: width

        ShapePath {
            fillColor: plate.ink
            strokeWidth: -1
            PathSvg {
                path: "M 50 12 A 13 13 0 1 1 50 38 A 13 13 0 1 1 50 12 Z M 25 62 C 25 48 37 43 50 43 C 63 43 75 48 75 62 Z"
            }
        }
        ShapePath {
            fillColor: plate.ink
            strokeWidth: -1
            PathSvg {
                path: "M 8 66 H 92 V 75 H 8 Z M 15 75 H 24 V 90 H 15 Z M 76 75 H 85 V 90 H 76 Z"
            }
        }
    }
    Figure {
        visible: plate.picture === "clock"
        anchors.centerIn: parent
        width: parent.width * 0.62
        height: width

        ShapePath {
            fillColor: "transparent"
            strokeColor: plate.ink
            strokeWidth: 8
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin
            PathSvg {
                path: "M 50 8 A 42 42 0 1 1 50 92 A 42 42 0 1 1 50 8 Z M 50 26 V 52 L 66 62"
            }
        }
    }
    Figure {
        visible: plate.picture === "phone"
        anchors.centerIn: parent
        width: parent.width * 0.62
        height: width

        ShapePath {
            fillColor: "transparent"
            strokeColor: plate.ink
            strokeWidth: 8
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin
            PathSvg {
                path: "M 30 6 H 70 A 8 8 0 0 1 78 14 V 86 A 8 8 0 0 1 70 94 H 30 A 8 8 0 0 1 22 86 V 14 A 8 8 0 0 1 30 6 Z M 44 80 H 56"
            }
        }
    }
}
