import QtQuick
import "../components"
import "../theme"

// The screen is wiped with a dry cloth.
Figure {
    Stroke {
        fillColor: Theme.ink
        strokeWidth: -1
        d: "M 24 3 H 70 A 6 6 0 0 1 76 9 V 91 A 6 6 0 0 1 70 97 H 24 A 6 6 0 0 1 18 91 V 9 A 6 6 0 0 1 24 3 Z"
    }
    Stroke {
        fillColor: Theme.card
        strokeWidth: -1
        d: "M 26 8 H 68 A 3 3 0 0 1 71 11 V 89 A 3 3 0 0 1 68 92 H 26 A 3 3 0 0 1 23 89 V 11 A 3 3 0 0 1 26 8 Z"
    }
    Stroke {
        strokeColor: Theme.hairline
        strokeWidth: 4
        d: "M 30 18 H 50"
    }
    Stroke {
        fillColor: Theme.readerLight
        strokeWidth: -1
        d: "M 28 76 C 28 72 32 69 32 65 C 32 69 36 72 36 76 A 4 4 0 0 1 28 76 Z M 39 86 C 39 83 42 81 42 78 C 42 81 45 83 45 86 A 3 3 0 0 1 39 86 Z"
    }
    Stroke {
        strokeColor: Theme.action
        strokeWidth: 5
        d: "M 32 27 H 56 C 67 27 67 40 56 40 H 40 C 29 40 29 53 40 53 H 42"
    }
    Stroke {
        fillColor: Theme.card
        strokeColor: Theme.action
        strokeWidth: 3
        d: "M 50 58 C 60 53 66 60 75 55 C 82 51 90 54 95 50 C 98 58 93 66 96 74 C 98 80 94 84 96 90 C 86 94 80 88 72 92 C 64 95 58 90 51 93 C 47 84 53 78 49 71 C 47 66 52 62 50 58 Z"
    }
    Stroke {
        strokeColor: Theme.action
        strokeWidth: 4
        d: "M 60 67 h 0.1 M 73 66 h 0.1 M 86 63 h 0.1 M 59 77 h 0.1 M 73 76 h 0.1 M 87 73 h 0.1 M 60 86 h 0.1 M 74 85 h 0.1 M 87 82 h 0.1"
    }
}
