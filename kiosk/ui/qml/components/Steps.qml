pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../theme"

// What to do by hand, numbered.
ColumnLayout {
    id: list

    required property var steps

    Layout.fillHeight: false
    spacing: Theme.air(6)
    visible: steps.length > 0

    Repeater {
        model: list.steps.length

        RowLayout {
            id: row
            required property int index

            spacing: Theme.mm(6)

            Rectangle {
                implicitWidth: Math.round(words.lineHeight * 1.2)
                implicitHeight: implicitWidth
                radius: width / 2
                color: Theme.action
                Layout.alignment: Qt.AlignTop

                Words {
                    anchors.centerIn: parent
                    text: row.index + 1
                    color: Theme.inverse
                    letters: words.font.pixelSize
                    font.bold: true
                    Accessible.ignored: true
                }
            }
            Words {
                id: words
                Layout.fillWidth: true
                Layout.alignment: Qt.AlignTop
                Layout.topMargin: Math.round(lineHeight * 0.1)
                text: list.steps[row.index] ?? ""
                letters: Theme.leadLetters
            }
        }
    }
}
