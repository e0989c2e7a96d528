import QtQuick
import "../components"
import "../theme"

// A card is taken out of the slot of the card reader.
Figure {
    Stroke {
        fillColor: Theme.card
        strokeColor: Theme.action
        strokeWidth: 2.4
        d: "M 38 30 H 86 A 4 4 0 0 1 90 34 V 62 A 4 4 0 0 1 86 66 H 38 A 4 4 0 0 1 34 62 V 34 A 4 4 0 0 1 38 30 Z"
    }
    Stroke {
        strokeColor: Theme.detail
        strokeWidth: 3
        d: "M 62 42 H 80 M 62 49 H 74"
    }
    Stroke {
        strokeColor: Theme.hairline
        strokeWidth: 2.6
        d: "M 62 57 H 78"
    }
    Stroke {
        fillColor: Theme.ink
        strokeWidth: -1
        d: "M 12 12 H 46 A 6 6 0 0 1 52 18 V 78 A 6 6 0 0 1 46 84 H 12 A 6 6 0 0 1 6 78 V 18 A 6 6 0 0 1 12 12 Z"
    }
    Stroke {
        fillColor: Theme.card
        strokeWidth: -1
        d: "M 47.7 26 H 47.699999999999996 A 1.7 1.7 0 0 1 49.4 27.7 V 68.3 A 1.7 1.7 0 0 1 47.699999999999996 70 H 47.7 A 1.7 1.7 0 0 1 46 68.3 V 27.7 A 1.7 1.7 0 0 1 47.7 26 Z"
    }
    Stroke {
        fillColor: Theme.chip
        strokeWidth: -1
        d: "M 24 25 A 5 5 0 1 1 24 35 A 5 5 0 1 1 24 25 Z"
    }
    Stroke {
        strokeColor: Theme.detail
        strokeWidth: 3
        d: "M 16 68 H 32 M 16 74 H 26"
    }
    Stroke {
        strokeColor: Theme.action
        strokeWidth: 6
        d: "M 58 84 H 94 M 84 74 L 95 84 L 84 94"
    }
}
