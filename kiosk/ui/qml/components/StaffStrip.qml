import QtQuick
import QtQuick.Layouts
import "../theme"

// One line for whoever works here, below everything that is for clients: what they could mend. Quiet, and not in the
// colour of actions. It takes its room from the page only while there is something to say.
Item {
    id: edge

    required property var choice
    readonly property string choiceId: choice?.id ?? ""
    signal acted(string id)

    implicitHeight: choiceId !== "" ? strip.implicitHeight + Theme.mm(4) : 0

    Press {
        id: strip

        name: "choice:" + edge.choiceId
        visible: edge.choiceId !== ""
        x: Theme.margin
        width: parent.width - 2 * x
        implicitHeight: Math.max(Theme.target, words.implicitHeight + 2 * Theme.mm(1.5))
        color: held ? Theme.hairline : Theme.strip
        border.width: Theme.hair
        border.color: Theme.closedLine
        onActed: edge.acted(edge.choiceId)
        Accessible.name: [edge.choice?.words ?? "", edge.choice?.note ?? ""].filter(part => part !== "").join(" ")

        RowLayout {
            anchors.fill: parent
            anchors.leftMargin: Theme.mm(5)
            anchors.rightMargin: Theme.mm(4)
            spacing: Theme.mm(5)

            // A spanner.
            Figure {
                implicitWidth: Theme.mm(10)
                implicitHeight: Theme.mm(10)

                Stroke {
                    fillColor: Theme.secondInk
                    strokeWidth: -1
                    d: "M 92 22 L 76 38 L 64 36 L 62 24 L 78 8 A 28 28 0 0 0 42 44 L 8 78 A 10 10 0 0 0 22 92 L 56 58 A 28 28 0 0 0 92 22 Z"
                }
            }
            // Beside each other where both fit, else under each other.
            GridLayout {
                id: words
                readonly property bool inLine: label.implicitWidth + note.implicitWidth + columnSpacing < strip.width - Theme.mm(38)

                Layout.fillWidth: true
                columns: inLine ? 2 : 1
                columnSpacing: Theme.mm(4)
                rowSpacing: 0

                Words {
                    id: label
                    Layout.fillWidth: !words.inLine
                    text: edge.choice?.words ?? ""
                    color: Theme.secondInk
                    letters: Theme.steadyLetters(7)
                    font.bold: true
                    spacing: 1.1
                    Accessible.ignored: true
                }
                Words {
                    id: note
                    Layout.fillWidth: true
                    text: edge.choice?.note ?? ""
                    color: Theme.secondInk
                    letters: Theme.steadyLetters(7)
                    spacing: 1.1
                    Accessible.ignored: true
                }
            }
            Chevron {
                color: Theme.secondInk
            }
        }
    }
}
