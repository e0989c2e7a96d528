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
    // "usual", "dark" (light letters on black) or "light" (black on white).
    property string contrast: "usual"
    // Words of twice the size.
    property bool large: false
    // Every control in the lowest part of the screen.
    property bool low: false
    // What does not fit is leafed through, whatever the client chose: a screen may be too small for a page.
    property bool leafed: false
    // Drawings are there with their page and not a moment later: for pictures of it.
    property bool prompt: false
    // There is room for the drawing of the way.
    property bool drawn: false
    // Controls stand apart from what is told.
    readonly property bool apart: large || low || leafed
    // Large words in low reach: what is touched has the least room of all.
    readonly property bool dense: large && low
    // The page's language is written from right to left.
    property bool mirrored: false
    // The words for leafing back and on.
    property list<string> leafWords: []
    // The control that a keypad stands on, by its name.
    property string cursor: ""
    // Assistive technology wants it to stand there.
    signal cursorWanted(string name)
    // Below 1 where a page holds more words than fit.
    property real squeeze: 1

    readonly property bool portrait: screenHeight > screenWidth
    readonly property bool wide: screenWidth > 1.5 * screenHeight
    readonly property real fit: portrait ? Math.min(screenWidth / 270, screenHeight / 480) : Math.min(screenWidth / 480, screenHeight / 270)

    function mm(length: real): real {
        return Math.round(length * fit);
    }

    // The space around words that had to get smaller, or that have a drawing beside them.
    function air(length: real): real {
        return mm(length * Math.max(0.65, Math.min(squeeze, drawn ? 0.72 : 1)));
    }

    function realMm(length: real): real {
        return Math.ceil(length * pxPerMm);
    }

    // What is read. Large words never get smaller to fit: they are leafed through.
    function letters(size: real): int {
        return Math.round(Math.max(size * fit * (large ? 2 : squeeze), leastLetters * pxPerMm));
    }

    // What is touched: it shares the screen with what is read.
    function choiceSize(size: real): int {
        return Math.round(Math.max(size * fit * (large ? 1.3 : 1) * squeeze, leastLetters * pxPerMm));
    }

    function steadyLetters(size: real): int {
        return Math.round(Math.max(size * fit * (large ? 1.25 : 1), leastLetters * pxPerMm));
    }

    function staffLetters(size: real): int {
        return Math.round(Math.max(size * fit * squeeze, smallestStaffLetters * pxPerMm));
    }

    // Capitals are 0.714 of the size in Noto Sans: 6.8 mm gives the 4.8 mm that everything must have that clients read,
    // 5 mm the 3.5 mm of what only a technician reads, who stands close.
    readonly property real smallestLetters: 6.8
    // 7.3 mm: 0.7 degrees at 600 mm (EN 301 549, 5.1.4).
    readonly property real smallestLargeLetters: 10.25
    readonly property real leastLetters: large ? smallestLargeLetters : smallestLetters
    readonly property real smallestStaffLetters: 5
    readonly property real capitals: 0.714

    // Colours, all of them from the palette of the moment.
    readonly property Colours usualColours: Colours {}
    readonly property Colours darkColours: DarkColours {}
    readonly property Colours lightColours: LightColours {}
    readonly property Colours palette: contrast === "dark" ? darkColours : contrast === "light" ? lightColours : usualColours
    readonly property color paper: palette.paper
    readonly property color strip: palette.strip
    readonly property color card: palette.card
    readonly property color light: palette.light
    readonly property color hairline: palette.hairline
    readonly property color closedLine: palette.closedLine
    readonly property color dimmed: palette.dimmed
    readonly property color ink: palette.ink
    readonly property color secondInk: palette.secondInk
    readonly property color inverse: palette.inverse
    readonly property color action: palette.action
    readonly property color actionPressed: palette.actionPressed
    readonly property color actionTint: palette.actionTint
    readonly property color urgent: palette.urgent
    readonly property color urgentPressed: palette.urgentPressed
    readonly property color urgentTint: palette.urgentTint
    readonly property color cursorRing: palette.cursor
    readonly property color aroundCursor: palette.aroundCursor
    readonly property color good: palette.good
    readonly property color goodTint: palette.goodTint
    readonly property color waiting: palette.waiting
    readonly property color waitingTint: palette.waitingTint
    readonly property color caution: palette.caution
    readonly property color cautionInk: palette.cautionInk
    readonly property color number: palette.number
    readonly property color numberInk: palette.numberInk
    readonly property color secondNumberInk: palette.secondNumberInk
    readonly property color numberEdge: palette.numberEdge
    readonly property color readerLight: palette.readerLight
    readonly property color detail: palette.detail
    readonly property color chip: palette.chip
    // Floor plans: walls are of detail, the way is of action.
    readonly property color planRoom: palette.strip
    readonly property color planTarget: palette.actionTint
    readonly property color codeDark: palette.codeDark
    readonly property color codeLight: palette.codeLight

    // Type, as the size of the letters.
    readonly property string family: "Noto Sans"
    readonly property int headingLetters: letters(19)
    readonly property int bannerLetters: letters(16.5)
    readonly property int leadLetters: letters(13)
    readonly property int titleLetters: letters(14.5)
    readonly property int bodyLetters: letters(11.5)
    readonly property int choiceLetters: choiceSize(12.5)
    readonly property int mainChoiceLetters: choiceSize(14.5)
    readonly property int sharedChoiceLetters: choiceSize(11)
    readonly property int choiceNoteLetters: choiceSize(10)
    readonly property int noteLetters: letters(10)
    readonly property int smallLetters: letters(9)
    readonly property int timeLetters: letters(38)
    // Within a drawing, which gives way as a whole before they would have to.
    readonly property int smallestPlanLetters: Math.round(leastLetters * Math.max(pxPerMm, fit))
    readonly property int frameLetters: steadyLetters(8.5)
    readonly property int staffHeadingLetters: staffLetters(15)
    readonly property int staffTitleLetters: staffLetters(9.5)
    readonly property real lineHeight: 1.2

    // Rhythm.
    readonly property real margin: mm(16)
    // Of the controls that stand on every page, which need the width.
    readonly property real stripMargin: mm(large ? 5 : 8)
    readonly property real gap: mm(7)
    readonly property real keyGap: Math.max(mm(3), realMm(3))
    readonly property real inside: mm(10)
    readonly property real radius: mm(9)
    readonly property real smallRadius: mm(5)
    readonly property real hair: Math.max(1, mm(contrast === "usual" ? 0.3 : 0.6))
    readonly property real line: Math.max(2, mm(0.7))

    // Targets: 20 mm and a little, whatever the screen rounds.
    readonly property real target: Math.max(mm(low ? 20.2 : 20.5), realMm(low || leafed ? 20.2 : 20.5))
    readonly property real choice: Math.max(mm(low ? portrait ? 26 : 20.2 : leafed ? 24 : 32), target)
    readonly property real mainChoice: Math.max(mm(low ? portrait ? 32 : 22 : large || leafed ? 40 : 48), target)
    // The share of the screen, from below, that a seated hand reaches.
    readonly property real reach: 0.4

    // The ring around what a keypad stands on.
    readonly property real ring: realMm(3)
    readonly property real ringEdge: Math.max(2, Math.round(0.5 * pxPerMm))

    // The side of a code for a phone, without its white rim, in real millimetres.
    readonly property real leastCode: 30

    // Motion, in milliseconds.
    readonly property int fade: calm ? 0 : 120
    readonly property int move: calm ? 0 : 280
    readonly property int press: 60
}
