pragma Singleton
import QtQuick

// Every token. Lengths are millimetres of the reference screen (21.5", 270 × 480 mm) and grow or shrink with the
// real one; what a hand or an eye needs at the least is in real millimetres.
QtObject {
    id: theme

    // Set by whoever owns the window.
    property real pxPerMm: 4
    property real screenWidth: 1080
    property real screenHeight: 1920
    property bool calm: false
    // Below 1 where a page holds more words than fit.
    property real squeeze: 1

    readonly property bool portrait: screenHeight > screenWidth
    readonly property real fit: portrait ? Math.min(screenWidth / 270, screenHeight / 480) : Math.min(screenWidth / 480, screenHeight / 270)

    function mm(length: real): real {
        return Math.round(length * fit);
    }

    // The space around words that had to get smaller.
    function air(length: real): real {
        return mm(length * Math.max(0.65, squeeze));
    }

    function realMm(length: real): real {
        return Math.ceil(length * pxPerMm);
    }

    function letters(size: real): int {
        return Math.round(Math.max(size * fit * squeeze, smallestLetters * pxPerMm));
    }

    function steadyLetters(size: real): int {
        return Math.round(Math.max(size * fit, smallestLetters * pxPerMm));
    }

    function staffLetters(size: real): int {
        return Math.round(Math.max(size * fit * squeeze, smallestStaffLetters * pxPerMm));
    }

    // Capitals are 0.714 of the size in Noto Sans: 6.8 mm gives the 4.8 mm that everything must have that clients read,
    // 5 mm the 3.5 mm of what only a technician reads, who stands close.
    readonly property real smallestLetters: 6.8
    readonly property real smallestStaffLetters: 5
    readonly property real capitals: 0.714

    // Colours.
    readonly property color paper: "#F7F4EE"
    readonly property color strip: "#EEE8DC"
    readonly property color card: "#FFFFFF"
    readonly property color hairline: "#D9D3C7"
    readonly property color ink: "#10222E"
    readonly property color secondInk: "#3E4C55"
    readonly property color onDark: "#FFFFFF"
    readonly property color secondOnDark: "#D5DDE1"
    readonly property color action: "#00586B"
    readonly property color actionPressed: "#003C4A"
    readonly property color actionTint: "#DCECF0"
    readonly property color dimmed: "#8A8F90"
    readonly property color urgent: "#8C1D18"
    readonly property color urgentPressed: "#62100C"
    readonly property color good: "#1A5E33"
    readonly property color waiting: "#8A5200"
    readonly property color waitingTint: "#FFF4DC"
    readonly property color caution: "#F5C02C"
    readonly property color goodTint: "#E2F1E7"
    readonly property color urgentTint: "#FBE9E7"
    readonly property color light: "#F1FAFC"
    readonly property color readerLight: "#7CC8D6"
    readonly property color chip: "#C99A3B"
    readonly property color closedLine: "#8A8F90"
    // A code is read by a camera, whatever the palette.
    readonly property color codeDark: "#000000"
    readonly property color codeLight: "#FFFFFF"

    // Type, as the size of the letters.
    readonly property string family: "Noto Sans"
    readonly property int headingLetters: letters(19)
    readonly property int bannerLetters: letters(16.5)
    readonly property int leadLetters: letters(13)
    readonly property int titleLetters: letters(14.5)
    readonly property int bodyLetters: letters(11.5)
    readonly property int choiceLetters: letters(12.5)
    readonly property int noteLetters: letters(10)
    readonly property int smallLetters: letters(9)
    readonly property int timeLetters: letters(38)
    readonly property int frameLetters: steadyLetters(8.5)
    readonly property int languageLetters: steadyLetters(9)
    readonly property int staffHeadingLetters: staffLetters(15)
    readonly property int staffTitleLetters: staffLetters(9.5)
    readonly property real lineHeight: 1.2

    // Rhythm.
    readonly property real margin: mm(16)
    readonly property real gap: mm(7)
    readonly property real keyGap: Math.max(mm(3), realMm(3))
    readonly property real inside: mm(10)
    readonly property real radius: mm(9)
    readonly property real smallRadius: mm(5)
    readonly property real hair: Math.max(1, mm(0.3))
    readonly property real line: Math.max(2, mm(0.7))

    // Targets.
    readonly property real target: Math.max(mm(20.5), realMm(20.5))
    readonly property real choice: Math.max(mm(32), target)
    readonly property real mainChoice: Math.max(mm(48), target)

    // The side of a code for a phone, without its white rim, in real millimetres.
    readonly property real leastCode: 30

    // Motion, in milliseconds.
    readonly property int fade: calm ? 0 : 120
    readonly property int move: calm ? 0 : 280
    readonly property int press: 60
}
