pragma ComponentBehavior: Bound
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
    readonly property bool atCursor: name !== "" && name === Theme.cursor
    signal acted

    objectName: name
    // The ring lies over what stands beside it.
    z: atCursor ? 1 : 0
    radius: Theme.smallRadius
    implicitHeight: Theme.target
    implicitWidth: Theme.target
    Accessible.role: Accessible.Button
    Accessible.id: name
    Accessible.focusable: true
    Accessible.focused: atCursor
    Accessible.pressed: held

    // Qt's focus is only how assistive technology asks for the cursor: no key goes where it is.
    onFocusChanged: {
        if (focus) {
            focus = false;
            if (enabled && visible)
                Theme.cursorWanted(name);
        }
    }

    // What assistive technology asks for; Qt looks them up by these names.
    function accessiblePressAction(): void {
        press.act();
    }
    function accessibleToggleAction(): void {
        press.act();
    }

    function act(): void {
        if (press.enabled && press.visible && DoubleStrike.takes(press.name, press.types))
            press.acted();
    }

    TapHandler {
        id: tap
        gesturePolicy: TapHandler.ReleaseWithinBounds
        longPressThreshold: 3600
        onPressedChanged: {
            if (pressed) {
                press.meant = press.name;
                DoubleStrike.meant = press.name;
            }
        }
        onTapped: {
            if (press.meant === press.name)
                press.act();
        }
    }

    // Where a keypad stands: a ring of its own colour between two lines of its own ground, so that it can be seen on
    // whatever lies on either side.
    Loader {
        active: press.atCursor
        anchors.fill: parent
        anchors.margins: -Theme.ring - Theme.ringEdge
        sourceComponent: Rectangle {
            objectName: "cursor"
            color: "transparent"
            radius: press.radius + Theme.ring
            border.width: Theme.ring + 3 * Theme.ringEdge
            border.color: Theme.aroundCursor

            Rectangle {
                anchors.fill: parent
                anchors.margins: Theme.ringEdge
                color: "transparent"
                radius: parent.radius - Theme.ringEdge
                border.width: Theme.ring
                border.color: Theme.cursorRing
            }
        }
    }
}
