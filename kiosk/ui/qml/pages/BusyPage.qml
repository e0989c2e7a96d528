import QtQuick
import QtQuick.Layouts
import "../theme"
import "../components"

// A moment's wait.
PageBody {
    id: body

    wanted: column.implicitHeight

    ColumnLayout {
        id: column
        width: parent.width
        y: Math.round((parent.height - height) * 0.38)
        spacing: Theme.mm(14)

        WaitingDots {
            Layout.alignment: Qt.AlignHCenter
        }
        Heading {
            Layout.fillWidth: true
            horizontalAlignment: Text.AlignHCenter
            text: body.page.heading
        }
        Sentences {
            Layout.fillWidth: true
            sentences: body.page.sentences
            centred: true
        }
    }
}
