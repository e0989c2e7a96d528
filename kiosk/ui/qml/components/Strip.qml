pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

// What stands at the bottom of every page, always in the same place: the languages, what makes the screen easier to
// use, the way to a person, and the line for emergencies. Its places are counted from the width alone, never from the
// words, so that no other language and no other page moves them; nor does writing from right to left.
Rectangle {
    id: strip

    required property var languages
    required property string language
    required property var switches
    required property string urgent
    required property var help
    signal languageChosen(string code)
    signal chosen(string id)

    readonly property real pad: Theme.mm(Theme.low ? 3 : 4)
    readonly property real gap: Theme.low ? Theme.realMm(3) : Theme.keyGap
    readonly property real room: width - 2 * Theme.stripMargin
    // What the longest name and the longest word need, in letters: "Soomaali", "Dhegeyso".
    readonly property real nameWidth: 4.9
    readonly property real wordWidth: Theme.large ? 4.72 : 4.85
    // The way to a person in two lines, or in one where two are higher than a target.
    readonly property real helpWidth: 2.16 * letters > Theme.target - Theme.mm(1) ? 12.8 : 10
    // All of the line for emergencies, and as much of it as may stand beside something.
    readonly property real urgentWidth: 46
    readonly property real urgentLeast: 25
    readonly property bool urgentHere: urgent !== "" && !Theme.low

    readonly property int letters: {
        const count = Math.max(1, languages.length);
        const inOneRow = (room - (count - 1) * gap) / (count * nameWidth);
        const least = Theme.leastLetters * Theme.pxPerMm;
        return Math.max(Theme.large ? Math.ceil(least) : Math.floor(least), Math.floor(Math.min(Theme.frameLetters, inOneRow)));
    }
    // Beside each other in a wide strip what a page puts there has two lines.
    readonly property real high: Theme.dense && !Theme.portrait ? Math.max(Theme.target, 2 * Math.round(1.08 * letters) + Theme.mm(1)) : Theme.target
    readonly property var plan: planned()

    // In low reach what is left of the last row, where that is much: a page with many keys may use it.
    readonly property Item aside: Theme.low && plan.aside.width > 0 ? free : null

    LayoutMirroring.enabled: false
    LayoutMirroring.childrenInherit: true
    implicitHeight: plan.height
    color: Theme.strip

    // Names are the same on every page, so that each may have the width that it needs.
    FontMetrics {
        id: measure
        font.family: Theme.family
        font.pixelSize: 100
        font.bold: true
    }

    // The names in as few rows as go, as widths, and the last row as full as leaves room for the way to a person.
    function packed(helpRoom: real): var {
        const rows = [[]];
        const long = row => row.reduce((sum, one) => sum + one + gap, 0);
        for (const language of languages) {
            const wide = Math.max(high, Math.ceil(measure.advanceWidth(language.name) / 100 * letters) + 2 * Theme.line + Theme.mm(1));
            if (long(rows[rows.length - 1]) + wide > room)
                rows.push([]);
            rows[rows.length - 1].push(wide);
        }
        const last = rows[rows.length - 1], before = rows[rows.length - 2];
        while (before && before.length > last.length + 1 && long(last) + before[before.length - 1] + gap + helpRoom <= room)
            last.unshift(before.pop());
        return rows;
    }

    // What a page put into the free room outlives it for a moment.
    function keepOnly(page: Item): void {
        for (const item of free.children) {
            if (item["owner"] !== page)
                item.visible = false;
        }
    }

    function planned(): var {
        const names = languages.length, words = switches.length, step = high + gap;
        const helped = (help?.id ?? "") !== "";
        const helpRoom = helped ? helpWidth * letters : 0;
        // The way to a person stands after the last language where there is room.
        const rows = packed(helpRoom), last = rows[rows.length - 1];
        const rest = last.reduce((left, one) => left - one - gap, room);
        const withHelp = helped && names > 0 && helpRoom + (rows.length === 1 ? gap : 0) <= rest;
        const most = Math.max(1, Math.floor((room + gap) / (nameWidth * letters + gap)));
        const nameRows = withHelp || rows.length === 1 ? rows.length : Math.ceil(names / most);
        const across = nameRows === 1 ? names : Math.ceil(names / nameRows);
        const asideUrgent = urgentLeast * Theme.frameLetters + 2 * gap;
        const plan = {
            names: [],
            words: [],
            help: Qt.rect(0, 0, 0, 0),
            urgent: Qt.rect(0, 0, 0, 0),
            aside: Qt.rect(0, 0, 0, 0),
            height: 0
        };
        let y = 0, beside = null;

        function cells(into: var, count: int, columns: int, wide: real, left: real): void {
            for (let n = 0; n < count; n++)
                into.push(Qt.rect(left + n % columns * (wide + gap), y + Math.floor(n / columns) * step, wide, high));
        }

        // One row: alike where all of them fit so, else each with as much around it.
        function row(needed: var, free: real): real {
            const bare = free - (needed.length - 1) * gap, alike = Math.floor(bare / needed.length);
            const more = Math.floor((bare - needed.reduce((sum, one) => sum + one, 0)) / needed.length);
            let x = 0;
            for (const one of needed) {
                const wide = Math.min(Math.max(...needed) <= alike ? alike : one + more, Math.floor(7.5 * letters));
                plan.names.push(Qt.rect(x, y, wide, high));
                x += wide + gap;
            }
            return x;
        }

        if (withHelp) {
            for (const needed of rows) {
                const final = needed === last;
                const end = row(needed, final ? room - helpRoom - (rows.length === 1 ? 2 : 1) * gap : room);
                if (final) {
                    const left = rows.length === 1 ? room - helpRoom : end;
                    plan.help = Qt.rect(left, y, room - left, high);
                }
                y += step;
            }
        } else if (names > most && nameRows === 1) {
            row(last, room);
            y += step;
        } else if (names > 0) {
            const free = words === 0 && urgentHere && names * (nameWidth * letters + gap) + asideUrgent <= room ? room - asideUrgent : room;
            const wide = Math.floor(Math.min((free - (across - 1) * gap) / across, (free < room || nameRows === 1 ? 7.5 : 99) * letters));
            cells(plan.names, names, across, wide, 0);
            if (free < room)
                beside = Qt.rect(names * (wide + gap) + gap, y, room - names * (wide + gap) - gap, high);
            y += nameRows * step;
        }
        // What makes the screen easier, in one row where that goes, else in the columns of the languages.
        if (words > 0 && (withHelp || !helped)) {
            const least = words * (wordWidth * letters + gap);
            if (least <= room + gap) {
                const free = urgentHere && least + asideUrgent <= room ? room - asideUrgent : room;
                const half = Theme.low && least < 0.6 * room;
                const wide = Math.floor(Math.min(((half ? Math.max(room / 2, least) : free) - (words - 1) * gap) / words, (free < room ? 7.5 : 99) * letters));
                cells(plan.words, words, words, wide, 0);
                if (half)
                    plan.aside = Qt.rect(words * (wide + gap) + gap, y, room - words * (wide + gap) - gap, high);
                if (free < room)
                    beside = Qt.rect(words * (wide + gap) + gap, y, room - words * (wide + gap) - gap, high);
                y += step;
            } else {
                const columns = Math.max(1, Math.floor((room + gap) / (wordWidth * letters + gap)));
                cells(plan.words, words, columns, Math.floor((room - (columns - 1) * gap) / columns), 0);
                y += Math.ceil(words / columns) * step;
            }
        } else if (helped) {
            if (words * (wordWidth * letters + gap) + helpRoom <= room) {
                const wide = Math.floor(Math.min((room - helpRoom) / Math.max(1, words) - gap, Math.max(wordWidth * letters, room / (words + 2) - gap)));
                cells(plan.words, words, words, wide, 0);
                const left = words * (wide + gap);
                plan.help = Qt.rect(left, y, room - left, high);
                y += step;
            } else {
                const columns = Math.max(2, Math.min(across, Math.floor((room + gap) / (wordWidth * letters + gap))));
                const wide = Math.floor((room - (columns - 1) * gap) / columns);
                cells(plan.words, words, columns, wide, 0);
                y += Math.floor(words / columns) * step;
                let left = words % columns * (wide + gap);
                if (room - left < helpRoom && left > 0) {
                    y += step;
                    left = 0;
                }
                plan.help = Qt.rect(left, y, room - left, high);
                y += step;
            }
        }
        if (urgentHere && beside !== null) {
            plan.urgent = beside;
        } else if (urgentHere) {
            plan.urgent = Qt.rect(0, y, room, line.heightIn(room));
            y += plan.urgent.height + gap;
        }
        plan.height = Math.max(0, y - gap) + 2 * pad;
        return plan;
    }

    Rectangle {
        width: parent.width
        height: Theme.hair
        color: Theme.hairline
    }

    Item {
        x: Theme.stripMargin
        y: strip.pad

        Repeater {
            model: strip.languages.length

            StripButton {
                id: button
                required property int index
                readonly property string code: strip.languages[index]?.code ?? ""

                name: "language:" + code
                place: strip.plan.names[index] ?? Qt.rect(0, 0, 0, 0)
                words: strip.languages[index]?.name ?? ""
                on: code === strip.language
                letters: strip.letters
                bold: true
                onActed: strip.languageChosen(code)
            }
        }
        Repeater {
            model: strip.switches.length

            StripButton {
                id: comfort
                required property int index
                readonly property string choiceId: strip.switches[index]?.id ?? ""

                name: "choice:" + choiceId
                place: strip.plan.words[index] ?? Qt.rect(0, 0, 0, 0)
                words: strip.switches[index]?.words ?? ""
                on: strip.switches[index]?.on ?? false
                sign: choiceId
                letters: strip.letters
                onActed: strip.chosen(choiceId)
            }
        }
        HelpButton {
            x: strip.plan.help.x
            y: strip.plan.help.y
            width: strip.plan.help.width
            height: strip.plan.help.height
            letters: strip.letters
            choice: strip.help
            onActed: strip.chosen(choiceId)
        }
        Item {
            id: free
            x: strip.plan.aside.x
            y: strip.plan.aside.y
            width: strip.plan.aside.width
            height: strip.plan.aside.height
        }
        UrgentLine {
            id: line
            visible: strip.urgentHere
            x: strip.plan.urgent.x
            y: strip.plan.urgent.y
            width: strip.plan.urgent.width
            height: strip.plan.urgent.height
            urgent: strip.urgent
        }
    }
}
