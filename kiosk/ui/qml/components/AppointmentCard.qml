import QtQuick
import QtQuick.Layouts
import "../theme"

// The appointment: its time in the largest figures, what it is, and where.
Panel {
    id: panel

    required property var card
    // Less air, where other things have to stand beside it.
    property bool compact: false
    // The place stands here, unless the page shows it by itself.
    property bool placed: true
    readonly property bool worded: card.title !== "" || card.person !== "" || (placed && card.place !== "")

    implicitHeight: column.implicitHeight + 2 * (compact ? Theme.mm(7) : Theme.inside)

    ColumnLayout {
        id: column
        anchors.verticalCenter: parent.verticalCenter
        x: Theme.mm(12)
        width: parent.width - 2 * x
        spacing: Theme.mm(panel.compact ? 5 : 8)

        RowLayout {
            visible: panel.card.time !== ""
            spacing: Theme.mm(8)

            Words {
                text: panel.card.time
                color: Theme.action
                font.pixelSize: panel.compact ? Theme.letters(28) : Theme.timeLetters
                font.bold: true
                spacing: 0.95
                wrapMode: Text.NoWrap
            }
            Words {
                Layout.fillWidth: true
                Layout.alignment: Qt.AlignVCenter
                text: panel.card.day
                color: Theme.secondInk
                font.pixelSize: Theme.titleLetters
            }
        }
        Rectangle {
            visible: panel.card.time !== "" && panel.worded
            Layout.fillWidth: true
            implicitHeight: Theme.hair
            color: Theme.hairline
        }
        ColumnLayout {
            Layout.fillWidth: true
            visible: panel.worded
            spacing: Theme.mm(3)

            Words {
                Layout.fillWidth: true
                text: panel.card.title
                font.pixelSize: Theme.titleLetters
                font.bold: true
            }
            Words {
                Layout.fillWidth: true
                text: panel.card.person
                color: Theme.secondInk
            }
            Words {
                Layout.fillWidth: true
                Layout.topMargin: panel.card.title !== "" ? Theme.mm(4) : 0
                text: panel.placed ? panel.card.placeLabel : ""
                color: Theme.secondInk
                font.pixelSize: Theme.smallLetters
            }
            Words {
                Layout.fillWidth: true
                text: panel.placed ? panel.card.place : ""
                font.pixelSize: Theme.titleLetters
                font.bold: panel.card.title === ""
            }
            Words {
                Layout.fillWidth: true
                text: panel.placed ? panel.card.way : ""
                color: Theme.secondInk
            }
        }
    }
}
