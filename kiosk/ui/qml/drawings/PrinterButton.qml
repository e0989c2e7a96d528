import QtQuick
import "../components"
import "../theme"

// A finger presses the button of the printer.
Figure {
    Stroke {
        fillColor: Theme.card
        strokeWidth: 2
        d: "M 20 30 V 12 L 24 9 L 28 12 L 32 9 L 36 12 L 40 9 L 44 12 L 48 9 L 52 12 V 30 Z"
    }
    Stroke {
        strokeWidth: 3.4
        d: "M 28 20 H 44"
    }
    Stroke {
        fillColor: Theme.ink
        strokeWidth: -1
        d: "M 13 26 H 87 A 7 7 0 0 1 94 33 V 71 A 7 7 0 0 1 87 78 H 13 A 7 7 0 0 1 6 71 V 33 A 7 7 0 0 1 13 26 Z"
    }
    Stroke {
        fillColor: Theme.detail
        strokeWidth: -1
        d: "M 17.2 32 H 54.8 A 2.2 2.2 0 0 1 57 34.2 V 34.199999999999996 A 2.2 2.2 0 0 1 54.8 36.4 H 17.2 A 2.2 2.2 0 0 1 15 34.199999999999996 V 34.2 A 2.2 2.2 0 0 1 17.2 32 Z"
    }
    Stroke {
        fillColor: Theme.card
        strokeWidth: -1
        d: "M 72 40 A 8 8 0 1 1 72 56 A 8 8 0 1 1 72 40 Z"
    }
    Stroke {
        fillColor: Theme.action
        strokeWidth: -1
        d: "M 72 43.4 A 4.6 4.6 0 1 1 72 52.6 A 4.6 4.6 0 1 1 72 43.4 Z"
    }
    Stroke {
        strokeColor: Theme.readerLight
        strokeWidth: 2.6
        d: "M 60 39 A 15 15 0 0 1 84 39"
    }
    Stroke {
        fillColor: Theme.readerLight
        strokeWidth: -1
        d: "M 20 61.2 A 2.8 2.8 0 1 1 20 66.8 A 2.8 2.8 0 1 1 20 61.2 Z"
    }

    Hand {
        x: 51.4
        y: 47
        width: 44
        height: 44
    }
}
