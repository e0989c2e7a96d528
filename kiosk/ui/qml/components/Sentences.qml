pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../theme"

// What else is to be said, one sentence after the other.
ColumnLayout {
    id: list

    Layout.fillHeight: false

    required property var sentences
    property int from: 0
    property color color: Theme.secondInk
    property bool centred: false
    property int letters: Theme.bodyLetters
    readonly property var rest: sentences.slice(from)

    spacing: Theme.mm(3)
    visible: rest.length > 0

    Repeater {
        model: list.rest.length

        Words {
            required property int index

            Layout.fillWidth: true
            text: list.rest[index] ?? ""
            horizontalAlignment: list.centred ? Text.AlignHCenter : Text.AlignLeft
            color: list.color
            letters: list.letters
        }
    }
}
