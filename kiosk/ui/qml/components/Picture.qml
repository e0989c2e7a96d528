import QtQuick
import "../theme"

// What a page shows that has nothing else to see: how a card is presented, or a calm drawing.
Rectangle {
    id: panel

    required property string picture

    visible: picture !== ""
    implicitHeight: Theme.mm(100)
    radius: Theme.radius
    color: Theme.actionTint

    CardPicture {
        visible: panel.picture === "reader"
        anchors.fill: parent
        anchors.margins: Theme.mm(8)
    }
    InsertPicture {
        visible: panel.picture === "slot"
        anchors.fill: parent
        anchors.margins: Theme.mm(8)
    }
    Plate {
        visible: panel.picture !== "reader" && panel.picture !== "slot"
        anchors.centerIn: parent
        width: Math.min(parent.height - 2 * Theme.mm(9), Theme.mm(110))
        height: width
        picture: panel.picture
    }
}
