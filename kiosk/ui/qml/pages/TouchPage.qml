pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../theme"
import "../components"

// Marks in the corners and in the middle: the upper ones in those of the screen, the lower ones above the strip, whose
// buttons are touched anyway. Where a touch lands a ring stays for a while, so that one
// sees by how much it is off. The marks are touched and nothing else: a keypad proves nothing of the screen.
PageBody {
    id: body

    signal chosen(string id)

    forStaff: true

    // The screen, and where the page lies on it.
    required property size screen
    required property point origin

    readonly property real mark: Math.max(Theme.mm(24), Theme.realMm(20.5))
    readonly property real inset: Theme.mm(4)
    readonly property point middle: Qt.point(screen.width / 2 - origin.x, screen.height / 2 - origin.y)
    readonly property real roomAbove: middle.y - mark / 2 - Theme.mm(5)
    readonly property real roomBelow: height - middle.y - mark / 2 - Theme.mm(5)
    property var landed: []

    wanted: words.implicitHeight > roomAbove || menu.implicitHeight > roomBelow ? height + 1 : 0

    function place(index: int): point {
        const half = mark / 2 + inset;
        if (index === 4)
            return middle;
        const x = index % 2 === 0 ? half : screen.width - half;
        return Qt.point(x - origin.x, index < 2 ? half - origin.y : height - mark / 2);
    }

    // A touch of the screen, wherever it is: whoever sees all of them tells.
    function land(scene: point): void {
        const at = body.mapFromItem(null, scene);
        landed = [...landed.slice(-7), at];
        for (let index = 0; index < page.marks.length; index++) {
            const middle = place(index);
            if (Math.hypot(at.x - middle.x, at.y - middle.y) <= mark / 2)
                chosen("mark:" + index);
        }
    }

    ColumnLayout {
        id: words
        anchors.horizontalCenter: parent.horizontalCenter
        y: Math.max(0, (body.roomAbove - implicitHeight) * 0.55)
        width: body.width - 2 * body.mark
        spacing: Theme.air(4)

        StopRow {
            stops: body.page.stops
            Layout.alignment: Qt.AlignHCenter
        }
        Words {
            Layout.fillWidth: true
            text: body.page.sentences[0] ?? ""
            color: Theme.secondInk
            letters: Theme.staffLetters(8.5)
            horizontalAlignment: Text.AlignHCenter
        }
        Heading {
            Layout.fillWidth: true
            text: body.page.heading
            letters: Theme.letters(16)
            horizontalAlignment: Text.AlignHCenter
        }
        Sentences {
            Layout.fillWidth: true
            sentences: body.page.sentences
            from: 1
            centred: true
            color: Theme.ink
            letters: Theme.letters(10.5)
        }
    }

    ServiceMenu {
        id: menu
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        width: Math.min(body.width, Theme.mm(Theme.portrait ? 200 : 330))
        choices: body.page.choices
        across: Theme.portrait ? 2 : Math.min(4, Math.max(1, choices.length))
        onChosen: id => body.chosen(id)
    }

    Repeater {
        model: body.page.marks.length

        Rectangle {
            id: cross
            required property int index
            readonly property bool done: body.page.marks[index] ?? false
            readonly property point at: body.place(index)

            objectName: "mark:" + index
            x: at.x - width / 2
            y: at.y - height / 2
            width: body.mark
            height: width
            radius: width / 2
            color: done ? Theme.goodTint : Theme.card
            border.width: 2 * Theme.line
            border.color: done ? Theme.good : Theme.action

            Figure {
                anchors.centerIn: parent
                width: cross.width * 0.62
                height: width

                Stroke {
                    strokeColor: cross.done ? Theme.good : Theme.action
                    strokeWidth: 7
                    d: "M 50 6 V 36 M 50 64 V 94 M 6 50 H 36 M 64 50 H 94"
                }
                Stroke {
                    fillColor: cross.done ? Theme.good : Theme.action
                    strokeWidth: -1
                    d: "M 50 44 A 6 6 0 1 1 50 56 A 6 6 0 1 1 50 44 Z"
                }
            }
            HealthLight {
                // Beside the middle, where the ring of the touch is to be seen.
                anchors.right: parent.right
                anchors.bottom: parent.bottom
                implicitWidth: cross.width * 0.4
                light: cross.done ? "green" : ""
            }
        }
    }

    Repeater {
        model: body.landed.length

        Rectangle {
            required property int index
            readonly property point at: body.landed[index] ?? Qt.point(0, 0)

            objectName: "landed"
            x: at.x - width / 2
            y: at.y - height / 2
            width: Theme.mm(11)
            height: width
            radius: width / 2
            color: "transparent"
            border.width: Theme.mm(1.1)
            border.color: Theme.ink
            opacity: 0.35 + 0.65 * (index + 1) / body.landed.length

            Rectangle {
                anchors.centerIn: parent
                width: Theme.mm(2)
                height: width
                radius: width / 2
                color: Theme.ink
            }
        }
    }
}
