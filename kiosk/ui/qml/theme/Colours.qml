import QtQuick

// One set of colours, by what they are for; the values are those of the usual palette, on warm paper.
QtObject {
    // Grounds.
    property color paper: "#F7F4EE"
    property color strip: "#EEE8DC"
    property color card: "#FFFFFF"
    property color light: "#F1FAFC"
    // Edges of what can only be read, and of what is closed.
    property color hairline: "#D9D3C7"
    property color closedLine: "#8A8F90"
    property color dimmed: "#8A8F90"

    // Words.
    property color ink: "#10222E"
    property color secondInk: "#3E4C55"
    // On a ground of ink, action, urgency or good news.
    property color inverse: "#FFFFFF"

    // What can be touched.
    property color action: "#00586B"
    property color actionPressed: "#003C4A"
    property color actionTint: "#E8F3F6"
    property color urgent: "#8C1D18"
    property color urgentPressed: "#62100C"
    property color urgentTint: "#FBE9E7"
    // The ring around what a keypad stands on: in no other use, and between two lines of its own ground.
    property color cursor: "#5B2A9D"
    property color aroundCursor: "#FFFFFF"

    // How things stand.
    property color good: "#1A5E33"
    property color goodTint: "#E2F1E7"
    property color waiting: "#8A5200"
    property color waitingTint: "#FFF4DC"
    property color caution: "#F5C02C"
    property color cautionInk: "#10222E"

    // The number that a client is called by.
    property color number: "#10222E"
    property color numberInk: "#FFFFFF"
    property color secondNumberInk: "#D5DDE1"
    property color numberEdge: "#10222E"

    // Drawings.
    property color readerLight: "#7CC8D6"
    property color detail: "#3E4C55"
    property color chip: "#C99A3B"

    // A code is read by a camera, whatever the palette.
    readonly property color codeDark: "#000000"
    readonly property color codeLight: "#FFFFFF"
}
