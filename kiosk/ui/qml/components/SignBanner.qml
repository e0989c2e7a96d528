import QtQuick
import QtQuick.Layouts
import "../theme"

// How things stand, on a ground of its own: dark green, pale amber, or white framed in ink.
Rectangle {
    id: banner

    readonly property bool whole: true

    required property string sign
    required property string heading
    property string sentence: ""
    // The sign large above the words, where the page has little else to say.
    property bool tall: false
    // A tall one that leaves room for something below it.
    property bool brief: false
    readonly property bool dark: sign === "registered"

    objectName: "banner"
    implicitHeight: grid.implicitHeight + 2 * Theme.air(brief ? 8 : tall ? 12 : 7)
    radius: Theme.radius
    color: sign === "registered" ? Theme.good : sign === "recorded" ? Theme.waitingTint : Theme.card
    border.width: sign === "registered" ? 0 : Theme.mm(1)
    border.color: sign === "recorded" ? Theme.waiting : Theme.ink

    GridLayout {
        id: grid
        anchors.verticalCenter: parent.verticalCenter
        x: banner.tall ? Theme.mm(13) : Theme.mm(9)
        width: parent.width - 2 * x
        columns: banner.tall || Theme.large ? 1 : 2
        columnSpacing: Theme.mm(8)
        rowSpacing: Theme.mm(banner.brief ? 6 : 9)

        SignMark {
            sign: banner.sign
            size: Theme.mm(banner.brief ? 34 : banner.tall ? 56 : Theme.portrait ? 32 : 28)
        }

        ColumnLayout {
            Layout.fillWidth: true
            spacing: Theme.mm(banner.tall ? 5 : 2)

            Heading {
                Layout.fillWidth: true
                text: banner.heading
                letters: banner.tall ? Theme.headingLetters : Theme.bannerLetters
                color: banner.dark ? Theme.inverse : Theme.ink
            }
            Words {
                Layout.fillWidth: true
                text: banner.sentence
                letters: banner.tall ? Theme.leadLetters : Theme.bodyLetters
                color: banner.dark ? Theme.inverse : Theme.ink
            }
        }
    }
}
