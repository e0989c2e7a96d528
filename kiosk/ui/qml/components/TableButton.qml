pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../theme"

// One line of a technician's table to touch, as high as any other target: its light, what it is, when, and how it is.
Press {
    id: button

    required property var line
    property bool labelBeside: true
    // Room for more than the name.
    property bool roomy: true
    property int letters: Theme.staffLetters(8)
    property int noteLetters: Theme.staffLetters(7)
    readonly property string choiceId: line?.choice ?? ""
    readonly property string light: line?.light ?? ""
    readonly property string label: line?.label ?? ""
    readonly property string words: line?.words ?? ""
    readonly property string note: line?.note ?? ""
    readonly property bool troubled: light === "yellow" || light === "red"

    name: choiceId !== "" ? "choice:" + choiceId : ""
    implicitHeight: Math.max(Theme.target, content.implicitHeight + 2 * Theme.air(1.5))
    color: "transparent"
    Accessible.name: [words, label, note].filter(part => part !== "").join(". ")

    component Aside: Words {
        text: button.label
        color: Theme.secondInk
        letters: button.noteLetters
        Accessible.ignored: true
    }

    Rectangle {
        anchors.fill: parent
        anchors.margins: Theme.mm(0.8)
        radius: Theme.mm(3)
        color: button.held ? Theme.actionTint : button.light === "red" ? Theme.urgentTint : button.light === "yellow" ? Theme.waitingTint : "transparent"
    }
    RowLayout {
        id: content
        anchors.verticalCenter: parent.verticalCenter
        x: Theme.mm(button.roomy ? 4 : 2.4)
        width: parent.width - 2 * x
        spacing: x

        HealthLight {
            light: button.light
            implicitWidth: Theme.mm(button.roomy ? 9 : 8)
        }
        ColumnLayout {
            Layout.fillWidth: true
            spacing: 0

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.mm(4)

                Words {
                    Layout.fillWidth: true
                    Layout.alignment: Qt.AlignBaseline
                    text: button.words
                    letters: button.letters
                    font.bold: button.roomy
                    spacing: 1.1
                    Accessible.ignored: true
                }
                Aside {
                    visible: button.labelBeside && text !== ""
                    Layout.alignment: Qt.AlignBaseline
                    wrapMode: Text.NoWrap
                }
            }
            Words {
                Layout.fillWidth: true
                text: button.note
                color: button.troubled ? Theme.ink : Theme.secondInk
                letters: button.letters
                spacing: 1.1
                Accessible.ignored: true
            }
            Aside {
                visible: !button.labelBeside && text !== ""
                Layout.fillWidth: true
            }
        }
        Chevron {
            visible: button.roomy
        }
    }
}
