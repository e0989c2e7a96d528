import QtQuick
import QtQuick.Layouts
import "../theme"

// The appointment: its time in the largest figures, what it is, and where.
Panel {
    id: panel

    readonly property bool whole: true

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

        GridLayout {
            visible: panel.card.time !== ""
            columns: Theme.large ? 1 : 2
            columnSpacing: Theme.mm(8)
            rowSpacing: Theme.mm(2)

            Words {
                Layout.maximumWidth: column.width
                text: panel.card.time
                color: Theme.action
                letters: panel.compact ? Theme.letters(28) : Theme.timeLetters
                font.bold: true
                spacing: 0.95
                wrapMode: Text.NoWrap
            }
            Words {
                Layout.fillWidth: true
                Layout.alignment: Qt.AlignVCenter
                text: panel.card.day
                color: Theme.secondInk
                letters: Theme.titleLetters
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
                letters: Theme.titleLetters
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
                letters: Theme.smallLetters
            }
            Words {
                Layout.fillWidth: true
                text: panel.placed ? panel.card.place : ""
                letters: Theme.titleLetters
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
