import QtQuick
import "../components"
import "../theme"

// A lamp that shines, and a bell that rings.
Figure {
    Stroke {
        fillColor: Theme.chip
        strokeColor: Theme.ink
        strokeWidth: 2.4
        d: "M 14 64 V 46 A 14 14 0 0 1 42 46 V 64 Z"
    }
    Stroke {
        fillColor: Theme.ink
        strokeWidth: -1
        d: "M 10 64 H 46 A 4 4 0 0 1 50 68 V 76 H 6 V 68 A 4 4 0 0 1 10 64 Z M 20 76 H 36 V 92 H 20 Z"
    }
    Stroke {
        strokeColor: Theme.action
        strokeWidth: 4.4
        d: "M 28 8 V 20 M 6 16 L 13 25 M 50 16 L 43 25 M -1 40 H 6 M 50 40 H 57"
    }
    Stroke {
        fillColor: Theme.card
        strokeColor: Theme.ink
        strokeWidth: 3
        d: "M 62 82 C 66 77 66 72 66 64 A 13 13 0 0 1 92 64 C 92 72 92 77 96 82 Z"
    }
    Stroke {
        fillColor: Theme.ink
        strokeWidth: -1
        d: "M 73 85 H 85 A 6 6 0 0 1 73 85 Z M 79 44 A 4 4 0 1 1 79 52 A 4 4 0 1 1 79 44 Z"
    }
    Stroke {
        strokeColor: Theme.action
        strokeWidth: 4.4
        d: "M 64 42 A 20 20 0 0 0 58 53 M 94 42 A 20 20 0 0 1 100 53"
    }
}
