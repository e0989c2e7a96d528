import QtQuick
import "../theme"

// Where this is and what time it is. Five quick taps on the time lead to service mode.
Item {
    id: line

    required property string site
    required property string time
    signal serviceCalled

    implicitHeight: Math.max(Theme.mm(Theme.portrait ? 22 : 16), site.height + Theme.mm(4))

    Words {
        id: site
        anchors.left: parent.left
        anchors.leftMargin: Theme.margin
        anchors.right: clock.left
        anchors.rightMargin: Theme.gap
        anchors.verticalCenter: parent.verticalCenter
        text: line.site
        color: Theme.secondInk
        letters: Theme.frameLetters
        font.bold: true
    }
    Words {
        id: clock
        anchors.right: parent.right
        anchors.rightMargin: Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        text: line.time
        color: Theme.secondInk
        letters: Theme.frameLetters
        font.bold: true
    }
    // Wider than the words and down to the page, so that a hand from below finds it too.
    HiddenTaps {
        objectName: "gesture:service"
        anchors.right: parent.right
        width: Math.max(clock.width + 2 * Theme.margin, Theme.realMm(50))
        height: Math.max(line.height, Theme.target)
        onOpened: line.serviceCalled()
    }
    Rectangle {
        anchors.bottom: parent.bottom
        x: Theme.margin
        width: parent.width - 2 * x
        height: Theme.hair
        color: Theme.hairline
    }
}
