import QtQuick
import "../components"
import "../theme"

// The kiosk on its foot, with a page on its screen and a mark of where it stands.
Figure {
    Stroke {
        fillColor: Theme.detail
        strokeWidth: -1
        d: "M 37 66 H 53 V 88 H 37 Z"
    }
    Stroke {
        fillColor: Theme.ink
        strokeWidth: -1
        d: "M 24 87 H 66 A 4 4 0 0 1 70 91 V 94 H 20 V 91 A 4 4 0 0 1 24 87 Z M 24 4 H 66 A 6 6 0 0 1 72 10 V 62 A 6 6 0 0 1 66 68 H 24 A 6 6 0 0 1 18 62 V 10 A 6 6 0 0 1 24 4 Z"
    }
    Stroke {
        fillColor: Theme.card
        strokeWidth: -1
        d: "M 25 11 H 65 V 55 H 25 Z"
    }
    Stroke {
        strokeColor: Theme.ink
        strokeWidth: 4.4
        d: "M 32 20 H 52"
    }
    Stroke {
        strokeColor: Theme.hairline
        strokeWidth: 3
        d: "M 32 29 H 58 M 32 35 H 48"
    }
    Stroke {
        strokeColor: Theme.action
        strokeWidth: 7
        d: "M 34 46 H 56"
    }
    Stroke {
        fillColor: Theme.readerLight
        strokeWidth: -1
        d: "M 38 60 H 52 A 1.8 1.8 0 0 1 52 63.6 H 38 A 1.8 1.8 0 0 1 38 60 Z"
    }
    Stroke {
        fillColor: Theme.action
        strokeWidth: -1
        d: "M 84 40 A 13 13 0 0 1 97 53 C 97 63 84 78 84 78 C 84 78 71 63 71 53 A 13 13 0 0 1 84 40 Z"
    }
    Stroke {
        fillColor: Theme.card
        strokeWidth: -1
        d: "M 84 47.5 A 5.5 5.5 0 1 1 84 58.5 A 5.5 5.5 0 1 1 84 47.5 Z"
    }
}
