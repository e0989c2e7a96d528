import QtQuick
import "../components"
import "../theme"

// A keypad with arrows and a round key, and a finger on it.
Figure {
    Stroke {
        fillColor: Theme.ink
        strokeWidth: -1
        d: "M 12 14 H 88 A 8 8 0 0 1 96 22 V 70 A 8 8 0 0 1 88 78 H 12 A 8 8 0 0 1 4 70 V 22 A 8 8 0 0 1 12 14 Z"
    }
    Stroke {
        fillColor: Theme.card
        strokeWidth: -1
        d: "M 22 39 L 31 24 L 40 39 Z M 22 53 L 31 68 L 40 53 Z"
    }
    Stroke {
        fillColor: Theme.readerLight
        strokeWidth: -1
        d: "M 58 35 A 11 11 0 1 1 58 57 A 11 11 0 1 1 58 35 Z"
    }
    Stroke {
        fillColor: Theme.detail
        strokeWidth: -1
        d: "M 77 25 H 85 A 3 3 0 0 1 88 28 V 36 A 3 3 0 0 1 85 39 H 77 A 3 3 0 0 1 74 36 V 28 A 3 3 0 0 1 77 25 Z M 77 53 H 85 A 3 3 0 0 1 88 56 V 64 A 3 3 0 0 1 85 67 H 77 A 3 3 0 0 1 74 64 V 56 A 3 3 0 0 1 77 53 Z"
    }

    Hand {
        x: 36
        y: 46
        width: 50
        height: 50
    }
}
