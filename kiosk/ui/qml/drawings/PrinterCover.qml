import QtQuick
import "../components"
import "../theme"

// The cover of the printer is pressed down until it clicks.
Figure {
    Stroke {
        strokeWidth: 5.4
        d: "M 69 54 C 74 62 84 60 97 60"
    }
    Stroke {
        strokeColor: Theme.card
        strokeWidth: 2.8
        d: "M 69 54 C 74 62 84 60 97 60"
    }
    Stroke {
        fillColor: Theme.card
        strokeWidth: 2.4
        d: "M 50 42 A 22 22 0 1 1 50 86 A 22 22 0 1 1 50 42 Z"
    }
    Stroke {
        fillColor: Theme.actionTint
        strokeWidth: 2.4
        d: "M 50 56.5 A 7.5 7.5 0 1 1 50 71.5 A 7.5 7.5 0 1 1 50 56.5 Z"
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
        fillColor: Theme.ink
        strokeWidth: 6
        d: "M 10 60 L 78 22 L 82 31 L 76 35"
    }
    Stroke {
        strokeColor: Theme.action
        strokeWidth: 5.4
        d: "M 62 4 C 84 4 96 20 94 44 M 85 36 L 94 46 L 101 36"
    }
}
