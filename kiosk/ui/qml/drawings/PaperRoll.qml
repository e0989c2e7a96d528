import QtQuick
import "../components"
import "../theme"

// A new roll goes into the open printer, its end over the front edge.
Figure {
    Stroke {
        strokeWidth: 7
        d: "M 10 63 L 4 22"
    }
    Stroke {
        strokeWidth: 5.4
        d: "M 70 50 C 73 59 82 60 98 58"
    }
    Stroke {
        strokeColor: Theme.card
        strokeWidth: 2.8
        d: "M 70 50 C 73 59 82 60 98 58"
    }
    Stroke {
        fillColor: Theme.card
        strokeWidth: 2.4
        d: "M 50 23 A 21 21 0 1 1 50 65 A 21 21 0 1 1 50 23 Z"
    }
    Stroke {
        strokeColor: Theme.hairline
        strokeWidth: 1.6
        d: "M 50 29 A 15 15 0 0 1 65 44 M 50 59 A 15 15 0 0 1 35 44"
    }
    Stroke {
        fillColor: Theme.actionTint
        strokeWidth: 2.4
        d: "M 50 36.5 A 7.5 7.5 0 1 1 50 51.5 A 7.5 7.5 0 1 1 50 36.5 Z"
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
        strokeWidth: 5
        d: "M 50 2 V 15 M 42 8 L 50 16 L 58 8"
    }
}
