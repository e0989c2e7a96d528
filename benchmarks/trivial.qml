import QtQuick
import QtQuick.Controls

// The peer of the kiosk's screen: a window, a few words, two buttons, and nothing behind them.
ApplicationWindow {
    visible: true
    width: 1080
    height: 1920
    title: "Trivial"

    Column {
        anchors.centerIn: parent
        spacing: 40

        Label {
            text: "Welcome"
            font.pixelSize: 76
        }
        Button {
            text: "Check in"
            font.pixelSize: 50
        }
        Button {
            text: "Call staff"
            font.pixelSize: 50
        }
    }
}
