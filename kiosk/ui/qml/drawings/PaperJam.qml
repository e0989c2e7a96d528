import QtQuick
import "../components"
import "../theme"

// The cover is open and the crumpled paper is pulled out.
Figure {
    Stroke {
        strokeWidth: 7
        d: "M 10 63 L 4 22"
    }
    Stroke {
        fillColor: Theme.card
        strokeWidth: 2.4
        d: "M 40 84 L 34 68 L 27 58 L 36 49 L 31 36 L 45 34 L 54 22 L 62 33 L 75 38 L 68 50 L 73 62 L 64 70 L 58 84 Z"
    }
    Stroke {
        fillColor: Theme.actionTint
        strokeWidth: -1
        d: "M 45 34 L 54 22 L 62 33 L 50 46 Z M 36 49 L 50 46 L 52 62 L 34 68 L 27 58 Z M 52 62 L 68 50 L 73 62 L 64 70 Z"
    }
    Stroke {
        strokeColor: Theme.detail
        strokeWidth: 1.6
        d: "M 45 34 L 50 46 L 36 49 M 50 46 L 68 50 M 62 33 L 50 46 L 52 62 L 34 68 M 52 62 L 64 70 M 52 62 L 68 50"
    }
    Stroke {
        strokeWidth: 2.4
        d: "M 40 84 L 34 68 L 27 58 L 36 49 L 31 36 L 45 34 L 54 22 L 62 33 L 75 38 L 68 50 L 73 62 L 64 70 L 58 84 Z"
    }
    Stroke {
        fillColor: Theme.ink
        strokeWidth: -1
        d: "M 8 64 H 24 A 26 26 0 0 0 76 64 H 92 A 4 4 0 0 1 96 68 V 88 A 6 6 0 0 1 90 94 H 12 A 6 6 0 0 1 6 88 V 66 A 2 2 0 0 1 8 64 Z"
    }
    Stroke {
        strokeColor: Theme.detail
        strokeWidth: 4
        d: "M 14 84 H 30"
    }
    Stroke {
        fillColor: Theme.readerLight
        strokeWidth: -1
        d: "M 86 81.4 A 2.6 2.6 0 1 1 86 86.6 A 2.6 2.6 0 1 1 86 81.4 Z"
    }
    Stroke {
        strokeColor: Theme.action
        strokeWidth: 6
        d: "M 88 52 V 14 M 78 25 L 88 13 L 98 25"
    }
}
