import QtQuick
import "../components"
import "../theme"

// The plug of a cable goes all the way into its socket.
Figure {
    Stroke {
        strokeWidth: 5
        d: "M 5 94 V 70 A 12 12 0 0 1 17 58"
    }
    Stroke {
        fillColor: Theme.ink
        strokeWidth: -1
        d: "M 24 42 H 40 A 6 6 0 0 1 46 48 V 68 A 6 6 0 0 1 40 74 H 24 A 16 16 0 0 1 24 42 Z"
    }
    Stroke {
        strokeColor: Theme.detail
        strokeWidth: 5
        d: "M 48 51 H 60 M 48 65 H 60"
    }
    Stroke {
        fillColor: Theme.card
        strokeWidth: 2.6
        d: "M 77 30 H 93 A 5 5 0 0 1 98 35 V 81 A 5 5 0 0 1 93 86 H 77 A 5 5 0 0 1 72 81 V 35 A 5 5 0 0 1 77 30 Z"
    }
    Stroke {
        strokeWidth: 5
        d: "M 74 51 H 87 M 74 65 H 87"
    }
    Stroke {
        strokeColor: Theme.action
        strokeWidth: 6
        d: "M 28 20 H 62 M 52 10 L 63 20 L 52 30"
    }
}
