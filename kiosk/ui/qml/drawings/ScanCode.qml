import QtQuick
import "../components"
import "../theme"

// A slip with a code is held below the window of the scanner, in its light.
Figure {
    Stroke {
        fillColor: Theme.light
        strokeWidth: -1
        d: "M 38 34 H 62 L 84 74 H 16 Z"
    }
    Stroke {
        fillColor: Theme.ink
        strokeWidth: -1
        d: "M 20 4 H 80 A 6 6 0 0 1 86 10 V 30 A 6 6 0 0 1 80 36 H 20 A 6 6 0 0 1 14 30 V 10 A 6 6 0 0 1 20 4 Z"
    }
    Stroke {
        fillColor: Theme.readerLight
        strokeWidth: -1
        d: "M 36 22 H 64 A 4 4 0 0 1 64 30 H 36 A 4 4 0 0 1 36 22 Z"
    }
    Stroke {
        fillColor: Theme.card
        strokeColor: Theme.action
        strokeWidth: 2.4
        d: "M 27 58 H 73 V 96 L 69 93 L 65 96 L 61 93 L 57 96 L 53 93 L 50 96 L 47 93 L 43 96 L 39 93 L 35 96 L 31 93 L 27 96 Z"
    }
    Stroke {
        fillColor: Theme.ink
        strokeWidth: -1
        d: "M 36 64 H 46 V 74 H 36 Z M 54 64 H 64 V 74 H 54 Z M 36 79 H 46 V 89 H 36 Z M 49 76 H 53 V 80 H 49 Z M 56 78 H 60 V 82 H 56 Z M 60 83 H 64 V 89 H 60 Z M 51 84 H 56 V 89 H 51 Z"
    }
    Stroke {
        fillColor: Theme.card
        strokeWidth: -1
        d: "M 39 67 H 43 V 71 H 39 Z M 57 67 H 61 V 71 H 57 Z M 39 82 H 43 V 86 H 39 Z"
    }
    Stroke {
        strokeColor: Theme.action
        strokeWidth: 5
        d: "M 88 92 V 60 M 80 68 L 88 59 L 96 68"
    }
}
