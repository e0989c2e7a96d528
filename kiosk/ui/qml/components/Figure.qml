import QtQuick
import QtQuick.Shapes

// A drawing on a field of 100 × 100, scaled to the item. Its paths are children.
Item {
    id: figure

    default property alias paths: shape.data

    implicitWidth: 100
    implicitHeight: 100

    Shape {
        id: shape
        width: 100
        height: 100
        scale: figure.width / 100
        transformOrigin: Item.TopLeft
        preferredRendererType: Shape.CurveRenderer
    }
}
