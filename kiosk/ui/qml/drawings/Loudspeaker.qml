import QtQuick
import "../components"
import "../theme"

// A loudspeaker that is heard, and headphones.
Figure {
    Stroke {
        fillColor: Theme.ink
        strokeColor: Theme.ink
        strokeWidth: 4
        d: "M 8 24 H 20 L 36 10 V 58 L 20 44 H 8 Z"
    }
    Stroke {
        strokeColor: Theme.action
        strokeWidth: 5
        d: "M 47 25 A 13 13 0 0 1 47 43 M 57 16 A 26 26 0 0 1 57 52 M 67 8 A 38 38 0 0 1 67 60"
    }
    Stroke {
        strokeColor: Theme.ink
        strokeWidth: 5
        d: "M 44 84 V 80 A 22 22 0 0 1 88 80 V 84"
    }
    Stroke {
        fillColor: Theme.card
        strokeColor: Theme.ink
        strokeWidth: 3
        d: "M 42 78 H 50 A 3 3 0 0 1 53 81 V 94 A 3 3 0 0 1 50 97 H 45 A 6 6 0 0 1 39 91 V 81 A 3 3 0 0 1 42 78 Z M 82 78 H 90 A 3 3 0 0 1 93 81 V 91 A 6 6 0 0 1 87 97 H 82 A 3 3 0 0 1 79 94 V 81 A 3 3 0 0 1 82 78 Z"
    }
}
