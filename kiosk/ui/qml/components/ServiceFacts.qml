pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../theme"

// What is asked for on the phone, each value beside its label.
GridLayout {
    id: list

    required property var facts

    visible: facts.length > 0
    columnSpacing: Theme.mm(12)
    rowSpacing: 0
    uniformCellWidths: columns > 1
    Layout.fillHeight: false

    Repeater {
        model: list.facts.length

        ColumnLayout {
            id: fact
            required property int index
            readonly property var line: list.facts[index] ?? null

            spacing: 0
            Layout.fillWidth: true
            Layout.fillHeight: true
            Accessible.role: Accessible.StaticText
            Accessible.name: (line?.label ?? "") + " " + (line?.words ?? "")

            RowLayout {
                spacing: Theme.mm(4)
                Layout.fillWidth: true
                Layout.topMargin: Theme.air(0.7)
                Layout.bottomMargin: Theme.air(0.7)

                Words {
                    Layout.minimumWidth: implicitWidth
                    Layout.alignment: Qt.AlignBaseline
                    text: fact.line?.label ?? ""
                    color: Theme.secondInk
                    letters: Theme.staffLetters(7)
                    spacing: 1.1
                    Accessible.ignored: true
                }
                Words {
                    Layout.fillWidth: true
                    Layout.alignment: Qt.AlignBaseline
                    text: fact.line?.words ?? ""
                    horizontalAlignment: Text.AlignRight
                    letters: Theme.staffLetters(7)
                    font.bold: true
                    spacing: 1.1
                    wrapMode: Text.Wrap
                    Accessible.ignored: true
                }
            }
            Item {
                Layout.fillHeight: true
            }
            Rectangle {
                Layout.fillWidth: true
                implicitHeight: Theme.hair
                color: Theme.hairline
            }
        }
    }
}
