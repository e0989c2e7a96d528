pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../theme"

// The keys of a page, always in the same place: digits as on a telephone, and below them the letters that a personal
// identity code has. A code of other letters has them all, and its digits in two lines. A service code has digits alone.
ColumnLayout {
    id: pad

    required property string allowed
    required property string kind
    property bool open: true
    signal keyed(string key)

    spacing: Math.max(Theme.mm(4), Theme.keyGap)

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
                required property int index

                character: modelData
                digit: keys.digits
                enabled: pad.open && pad.allowed.includes(modelData)
                Layout.row: Math.floor(index / keys.columns)
                // A nought alone in its line stands in the middle, as on a telephone.
                Layout.column: index % keys.columns + (keys.digits && pad.kind === "digits" && modelData === "0" ? 1 : 0)
                Layout.fillWidth: true
                Layout.fillHeight: true
                onActed: pad.keyed(modelData)
            }
        }
    }

    Keys {
        columns: pad.kind === "code" ? 5 : 3
        digits: true
        characters: pad.kind === "code" ? [..."1234567890"] : pad.kind === "phone" ? [..."123456789+0"] : pad.kind === "digits" ? [..."1234567890"] : [..."123456789-0+"]
    }
    Keys {
        visible: pad.kind !== "phone" && pad.kind !== "digits"
        columns: 7
        characters: pad.kind === "code" ? [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ-"] : [..."ABCDEFHJKLMNPRSTUVWXY"]
    }
}
