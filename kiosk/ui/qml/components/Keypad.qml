pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../theme"

// The keys of a page, always in the same place: digits as on a telephone, and below them the letters that a personal
// identity code has.
ColumnLayout {
    id: pad

    required property string allowed
    property bool letters: true
    property bool open: true
    signal keyed(string key)

    spacing: Theme.mm(6)

    component Keys: GridLayout {
        id: keys

        required property list<string> characters
        property bool digits: false
        readonly property int rows_: Math.ceil(characters.length / columns)

        columnSpacing: Theme.keyGap
        rowSpacing: Theme.keyGap
        uniformCellWidths: true
        uniformCellHeights: true
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.minimumHeight: rows_ * Theme.target + (rows_ - 1) * rowSpacing
        Layout.preferredHeight: rows_ * (digits ? 4 : 3)

        Repeater {
            model: keys.characters

            KeyButton {
                required property string modelData

                character: modelData
                digit: keys.digits
                enabled: pad.open && pad.allowed.includes(modelData)
                Layout.fillWidth: true
                Layout.fillHeight: true
                onActed: pad.keyed(modelData)
            }
        }
    }

    Keys {
        columns: 3
        digits: true
        characters: pad.letters ? ["1", "2", "3", "4", "5", "6", "7", "8", "9", "-", "0", "+"] : ["1", "2", "3", "4", "5", "6", "7", "8", "9", "+", "0"]
    }
    Keys {
        visible: pad.letters
        columns: 7
        characters: ["A", "B", "C", "D", "E", "F", "H", "J", "K", "L", "M", "N", "P", "R", "S", "T", "U", "V", "W", "X", "Y"]
    }
}
