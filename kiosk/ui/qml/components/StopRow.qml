pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

// The steps of which a page is one: how each is, and a bar under the one at hand.
Row {
    id: row

    required property var stops
    property real size: Theme.mm(8)

    objectName: "stops"
    spacing: Theme.mm(3)
    visible: stops.length > 0

    Repeater {
        model: row.stops.length

        Item {
            id: stop
            required property int index
            readonly property var one: row.stops[index] ?? null

            width: row.size
            height: row.size + Theme.mm(3)

            Rectangle {
                visible: (stop.one?.light ?? "") === ""
                width: row.size
                height: width
                radius: width / 2
                color: Theme.card
                border.width: Theme.line
                border.color: stop.one?.here ? Theme.action : Theme.closedLine
            }
            HealthLight {
                implicitWidth: row.size
                light: stop.one?.light ?? ""
            }
            Rectangle {
                visible: stop.one?.here ?? false
                anchors.bottom: parent.bottom
                width: row.size
                height: Theme.mm(1.4)
                radius: height / 2
                color: Theme.action
            }
        }
    }
}
