import QtQuick
import "../theme"

// Anything that can be touched. Acts on release inside itself and can be slid off; how long it is held does not matter.
Rectangle {
    id: press

    property string name: ""
    property bool types: false
    readonly property bool held: tap.pressed
    // What the control meant when the finger came down. If the page changes under it, letting go means nothing.
    property string meant: ""
    signal acted

    objectName: name
    radius: Theme.smallRadius
    implicitHeight: Theme.target
    implicitWidth: Theme.target
    Accessible.role: Accessible.Button
    Accessible.focusable: true
    Accessible.onPressAction: press.act()

    function act(): void {
        if (press.enabled && DoubleStrike.takes(press.name, press.types))
            press.acted();
    }

    TapHandler {
        id: tap
        gesturePolicy: TapHandler.ReleaseWithinBounds
        longPressThreshold: 3600
        onPressedChanged: {
            if (pressed)
                press.meant = press.name;
        }
        onTapped: {
            if (press.meant === press.name)
                press.act();
        }
    }
}
