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
    // All keys in as few rows as go, each of the least size.
    property bool packed: false
    // Where the last row has cells left over, for whatever goes with the keys; null where there are too few.
    readonly property Item spare: run.over > 2 ? run.after : null
    signal keyed(string key)

    readonly property int most: Math.max(1, Math.floor((width + keyGap) / (Theme.target + keyGap)))
    readonly property real keyGap: packed ? Theme.realMm(3) : Theme.keyGap
    readonly property list<string> digits: kind === "code" || kind === "digits" ? [..."1234567890"] : kind === "phone" ? [..."123456789+0"] : [..."123456789-0+"]
    readonly property list<string> letters: kind === "phone" || kind === "digits" ? [] : kind === "code" ? [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ-"] : [..."ABCDEFHJKLMNPRSTUVWXY"]
    // In low reach a telephone's keys still go as on a telephone where there is room.
    readonly property bool inRows: packed && (letters.length > 0 || !Theme.portrait || Theme.large)

    LayoutMirroring.enabled: false
    LayoutMirroring.childrenInherit: true
    spacing: packed ? keyGap : Math.max(Theme.mm(4), Theme.keyGap)

    component Keys: GridLayout {
        id: keys

        required property list<string> characters
        property bool digits: false
        readonly property int rows_: Math.ceil(characters.length / columns)
        readonly property int over: rows_ * columns - characters.length
        readonly property Item after: rest

        columnSpacing: pad.keyGap
        rowSpacing: pad.keyGap
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
                enabled: pad.allowed.includes(modelData)
                Layout.row: Math.floor(index / keys.columns)
                // A nought alone in its line stands in the middle, as on a telephone.
                Layout.column: index % keys.columns + (keys.digits && pad.kind === "digits" && modelData === "0" ? 1 : 0)
                Layout.fillWidth: true
                Layout.fillHeight: true
                onActed: pad.keyed(modelData)
            }
        }
        Item {
            id: rest
            visible: pad.inRows && keys.over > 0
            Layout.row: keys.rows_ - 1
            Layout.column: keys.columns - keys.over
            Layout.columnSpan: Math.max(1, keys.over)
            Layout.fillWidth: true
            Layout.fillHeight: true
        }
    }

    Keys {
        id: run
        columns: pad.inRows ? Theme.dense && pad.letters.length > 0 ? pad.most : Math.ceil(characters.length / Math.ceil(characters.length / pad.most)) : pad.kind === "code" ? 5 : 3
        digits: !pad.inRows
        characters: pad.inRows ? [...pad.digits, ...pad.letters] : pad.digits
    }
    Keys {
        visible: !pad.inRows && pad.letters.length > 0
        columns: 7
        characters: pad.inRows ? [] : pad.letters
    }
}
