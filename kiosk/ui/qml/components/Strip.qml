pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Shapes
import "../theme"

// What stands at the bottom of every page, always in the same place: the languages, the way to a person and the
// line for emergencies.
Rectangle {
    id: strip

    required property var languages
    required property string language
    required property string urgent
    required property var help
    signal languageChosen(string code)
    signal chosen(string id)

    // Letters cannot get smaller with it.
    readonly property bool smallScreen: Theme.frameLetters > Theme.mm(9)
    readonly property real pad: Theme.mm(7)

    implicitHeight: grid.implicitHeight + 2 * pad
    color: Theme.strip

    Rectangle {
        width: parent.width
        height: Theme.hair
        color: Theme.hairline
    }

    GridLayout {
        id: grid
        x: Theme.margin
        y: strip.pad
        width: parent.width - 2 * x
        columns: Theme.portrait ? 2 : 3
        columnSpacing: Theme.mm(Theme.portrait ? 10 : 12)
        rowSpacing: Theme.mm(5)

        RowLayout {
            spacing: Theme.mm(4)
            uniformCellSizes: true
            Layout.fillWidth: Theme.portrait
            Layout.preferredWidth: Theme.portrait ? -1 : strip.languages.length * Theme.mm(45)

            Repeater {
                model: strip.languages.length

                Press {
                    id: button
                    required property int index
                    readonly property string code: strip.languages[index]?.code ?? ""
                    readonly property string language: strip.languages[index]?.name ?? ""
                    readonly property bool selected: code === strip.language

                    name: "language:" + code
                    Layout.fillWidth: true
                    color: selected || held ? Theme.ink : Theme.card
                    border.width: Theme.line
                    border.color: Theme.ink
                    implicitHeight: Math.max(Theme.mm(22), Theme.target)
                    implicitWidth: label.implicitWidth + Theme.mm(6)
                    onActed: strip.languageChosen(code)
                    Accessible.name: language
                    Accessible.checkable: true
                    Accessible.checked: selected

                    Words {
                        id: label
                        anchors.centerIn: parent
                        text: button.language
                        color: button.selected || button.held ? Theme.onDark : Theme.ink
                        font.pixelSize: Theme.languageLetters
                        font.bold: true
                        Accessible.ignored: true
                    }
                }
            }
        }

        HelpButton {
            Layout.row: 0
            Layout.column: Theme.portrait ? 1 : 2
            Layout.fillHeight: true
            Layout.preferredWidth: Theme.mm(Theme.portrait ? 86 : strip.smallScreen ? 92 : 82)
            choice: strip.help
            onActed: strip.chosen(choiceId)
        }

        RowLayout {
            spacing: Theme.mm(5)
            Layout.row: Theme.portrait ? 1 : 0
            Layout.column: Theme.portrait ? 0 : 1
            Layout.columnSpan: Theme.portrait ? 2 : 1
            Layout.fillWidth: true

            Figure {
                implicitWidth: Theme.mm(14)
                implicitHeight: Theme.mm(14)
                visible: strip.urgent !== ""

                ShapePath {
                    fillColor: Theme.urgent
                    strokeWidth: -1
                    PathSvg {
                        path: "M 50 2 A 48 48 0 1 1 50 98 A 48 48 0 1 1 50 2 Z"
                    }
                }
                ShapePath {
                    fillColor: Theme.onDark
                    strokeWidth: -1
                    PathSvg {
                        path: "M 42 20 H 58 V 58 H 42 Z M 50 66 A 9 9 0 1 1 50 84 A 9 9 0 1 1 50 66 Z"
                    }
                }
            }
            Words {
                Layout.fillWidth: true
                // The same height in every language, so that choosing another never moves the strip.
                Layout.preferredHeight: (Theme.portrait || !strip.smallScreen ? 2 : 3) * lineHeight
                verticalAlignment: Text.AlignVCenter
                text: strip.urgent
                color: Theme.urgent
                font.pixelSize: Theme.frameLetters
                font.bold: true
            }
        }
    }
}
