pragma ComponentBehavior: Bound
import QtQuick
import "../drawings"

// How a fault is mended, by the name of its drawing: the thing in ink, what to do in the colour of actions.
Item {
    id: place

    required property string drawing
    readonly property bool known: chosen.sourceComponent !== null

    implicitWidth: 100
    implicitHeight: 100

    Loader {
        id: chosen
        anchors.centerIn: parent
        width: Math.min(parent.width, parent.height)
        height: width
        sourceComponent: {
            switch (place.drawing) {
            case "plug":
                return plug;
            case "paper-roll":
                return paperRoll;
            case "printer-cover":
                return printerCover;
            case "paper-jam":
                return paperJam;
            case "slip-in-mouth":
                return slipInMouth;
            case "printer-button":
                return printerButton;
            case "card-in-reader":
                return cardInReader;
            case "wipe-screen":
                return wipeScreen;
            case "scan-code":
                return scanCode;
            case "card-put-in":
                return cardPutIn;
            case "light-and-sound":
                return lightAndSound;
            case "loudspeaker":
                return loudspeaker;
            case "keypad":
                return keypadKeys;
            case "kiosk":
                return kioskItself;
            }
            return null;
        }
    }

    Component {
        id: plug
        Plug {}
    }
    Component {
        id: paperRoll
        PaperRoll {}
    }
    Component {
        id: printerCover
        PrinterCover {}
    }
    Component {
        id: paperJam
        PaperJam {}
    }
    Component {
        id: slipInMouth
        SlipInMouth {}
    }
    Component {
        id: printerButton
        PrinterButton {}
    }
    Component {
        id: cardInReader
        CardInReader {}
    }
    Component {
        id: wipeScreen
        WipeScreen {}
    }
    Component {
        id: scanCode
        ScanCode {}
    }
    Component {
        id: cardPutIn
        CardPutIn {}
    }
    Component {
        id: lightAndSound
        LightAndSound {}
    }
    Component {
        id: loudspeaker
        Loudspeaker {}
    }
    Component {
        id: keypadKeys
        KeypadKeys {}
    }
    Component {
        id: kioskItself
        KioskItself {}
    }
}
