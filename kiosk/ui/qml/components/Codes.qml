pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../theme"

// The codes of a page, side by side on white.
Panel {
    id: panel

    readonly property bool whole: true

    required property var codes

    // Where two have little room, their words stand below them.
    readonly property bool narrow: Theme.large || codes.length > 1 && width / 2 < Theme.realMm(Theme.leastCode) * 1.4 + Theme.mm(66)

    visible: codes.length > 0
    implicitHeight: row.implicitHeight + 2 * Theme.mm(1)

    RowLayout {
        id: row
        anchors.verticalCenter: parent.verticalCenter
        x: Theme.mm(2)
        width: parent.width - 2 * x
        spacing: Theme.mm(6)
        uniformCellSizes: true

        Repeater {
            model: panel.codes.length

            CodeCard {
                required property int index

                code: panel.codes[index] ?? ({
                        words: "",
                        path: "",
                        width: 0,
                        modules: 0
                    })
                upright: panel.narrow
                several: panel.codes.length > 1
                Layout.fillWidth: true
                Layout.alignment: Qt.AlignTop
            }
        }
    }
}
