pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

// Something is being done and the client has nothing to do.
Row {
    id: dots

    property int lit: 0

    spacing: Theme.mm(7)

    Timer {
        interval: 420
        repeat: true
        running: dots.visible && !Theme.calm
        onTriggered: dots.lit = (dots.lit + 1) % 3
    }

    Repeater {
        model: 3

        Rectangle {
            required property int index

            width: Theme.mm(9)
            height: width
            radius: width / 2
            color: Theme.action
            opacity: Theme.calm || dots.lit === index ? 1 : 0.3

            Behavior on opacity {
                NumberAnimation {
                    duration: Theme.move
                }
            }
        }
    }
}
