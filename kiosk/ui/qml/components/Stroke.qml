import QtQuick
import QtQuick.Shapes
import "../theme"

// One path of a drawing: a line with round ends, or a filled form.
ShapePath {
    id: stroke

    required property string d

    fillColor: "transparent"
    strokeColor: Theme.ink
    strokeWidth: 3
    capStyle: ShapePath.RoundCap
    joinStyle: ShapePath.RoundJoin

    PathSvg {
        path: stroke.d
    }
}
