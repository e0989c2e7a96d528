import QtQuick
import QtQuick.Layouts
import "../theme"

// One line of a technician's table to read: its label in a column of its own, or over the words.
RowLayout {
    id: row

    required property var line
    // The width that every label of the table takes; 0 where labels stand over the words.
    property real labelWidth: 0
    // Room for a light is kept where any line of the table has one.
    property bool lit: false
    property int letters: Theme.staffLetters(8)
    property int noteLetters: Theme.staffLetters(7)
    readonly property string light: line?.light ?? ""
    readonly property string label: line?.label ?? ""
    readonly property string note: line?.note ?? ""

    spacing: Theme.mm(4)
    Accessible.role: Accessible.StaticText
    Accessible.name: [label, line?.words ?? "", note].filter(part => part !== "").join(". ")

    Item {
        visible: row.lit
        implicitWidth: Theme.mm(8)
        implicitHeight: Math.max(width, words.lineHeight)
        Layout.alignment: Qt.AlignTop

        HealthLight {
            anchors.centerIn: parent
            light: row.light
        }
    }
    Words {
        visible: row.labelWidth > 0
        Layout.minimumWidth: row.labelWidth
        Layout.maximumWidth: row.labelWidth
        Layout.alignment: Qt.AlignTop
        Layout.topMargin: words.inset
        Layout.rightMargin: Theme.mm(2)
        text: row.label
        color: Theme.secondInk
        letters: row.letters
        Accessible.ignored: true
    }
    ColumnLayout {
        Layout.fillWidth: true
        Layout.alignment: Qt.AlignTop
        Layout.topMargin: words.inset
        spacing: Theme.air(0.5)

        Words {
            visible: row.labelWidth === 0 && text !== ""
            Layout.fillWidth: true
            text: row.label
            color: Theme.secondInk
            letters: row.noteLetters
            Accessible.ignored: true
        }
        Words {
            id: words
            // In the middle of the light beside it.
            readonly property real inset: row.lit ? Math.max(0, Math.round((Theme.mm(8) - lineHeight) / 2)) : 0

            Layout.fillWidth: true
            text: row.line?.words ?? ""
            letters: row.letters
            font.bold: row.note !== ""
            // A path has no spaces.
            wrapMode: Text.Wrap
            Accessible.ignored: true
        }
        Words {
            Layout.fillWidth: true
            text: row.note
            letters: row.letters
            Accessible.ignored: true
        }
    }
}
