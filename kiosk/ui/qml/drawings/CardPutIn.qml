import QtQuick
import "../components"
import "../theme"

// A card is put into the slot of the reader, its chip first.
Figure {
    Stroke {
        fillColor: Theme.card
        strokeColor: Theme.action
        strokeWidth: 2.4
        d: "M 34 34 H 66 A 4 4 0 0 1 70 38 V 86 A 4 4 0 0 1 66 90 H 34 A 4 4 0 0 1 30 86 V 38 A 4 4 0 0 1 34 34 Z"
    }
    Stroke {
        fillColor: Theme.chip
        strokeWidth: -1
        d: "M 44.5 46 H 55.5 A 2.5 2.5 0 0 1 58 48.5 V 58.5 A 2.5 2.5 0 0 1 55.5 61 H 44.5 A 2.5 2.5 0 0 1 42 58.5 V 48.5 A 2.5 2.5 0 0 1 44.5 46 Z"
    }
    Stroke {
        strokeColor: Theme.detail
        strokeWidth: 3
        d: "M 39 74 H 61"
    }
    Stroke {
        strokeColor: Theme.hairline
        strokeWidth: 2.6
        d: "M 39 81 H 53"
    }
    Stroke {
        fillColor: Theme.ink
        strokeWidth: -1
        d: "M 16 4 H 84 A 6 6 0 0 1 90 10 V 36 A 6 6 0 0 1 84 42 H 16 A 6 6 0 0 1 10 36 V 10 A 6 6 0 0 1 16 4 Z"
    }
    Stroke {
        fillColor: Theme.card
        strokeWidth: -1
        d: "M 25 34 H 75 A 2 2 0 0 1 75 38 H 25 A 2 2 0 0 1 25 34 Z"
    }
    Stroke {
        fillColor: Theme.readerLight
        strokeWidth: -1
        d: "M 50 14 A 4 4 0 1 1 50 22 A 4 4 0 1 1 50 14 Z"
    }
    Stroke {
        strokeColor: Theme.action
        strokeWidth: 5
        d: "M 84 88 V 56 M 76 64 L 84 55 L 92 64"
    }
}
