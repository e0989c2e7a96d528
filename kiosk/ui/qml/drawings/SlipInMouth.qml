import QtQuick
import "../components"
import "../theme"

// A slip hangs in the mouth of the printer and is pulled out.
Figure {
    Stroke {
        fillColor: Theme.ink
        strokeWidth: -1
        d: "M 14 6 H 86 A 6 6 0 0 1 92 12 V 48 A 6 6 0 0 1 86 54 H 14 A 6 6 0 0 1 8 48 V 12 A 6 6 0 0 1 14 6 Z"
    }
    Stroke {
        fillColor: Theme.detail
        strokeWidth: -1
        d: "M 27 36 H 73 A 3 3 0 0 1 76 39 V 39 A 3 3 0 0 1 73 42 H 27 A 3 3 0 0 1 24 39 V 39 A 3 3 0 0 1 27 36 Z"
    }
    Stroke {
        fillColor: Theme.card
        strokeWidth: 2
        d: "M 31 39 H 69 V 80 L 65 77 L 61 80 L 57 77 L 53 80 L 50 77 L 46 80 L 42 77 L 38 80 L 35 77 L 31 80 Z"
    }
    Stroke {
        strokeWidth: 6
        d: "M 39 51 H 61"
    }
    Stroke {
        strokeColor: Theme.hairline
        strokeWidth: 2.4
        d: "M 39 61 H 61 M 39 67 H 53"
    }
    Stroke {
        fillColor: Theme.readerLight
        strokeWidth: -1
        d: "M 82 13.4 A 2.6 2.6 0 1 1 82 18.6 A 2.6 2.6 0 1 1 82 13.4 Z"
    }
    Stroke {
        strokeColor: Theme.action
        strokeWidth: 6
        d: "M 84 62 V 94 M 74 84 L 84 95 L 94 84"
    }
}
