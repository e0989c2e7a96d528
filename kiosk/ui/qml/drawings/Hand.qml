import QtQuick
import "../components"
import "../theme"

// A hand with one finger stretched upwards; its tip is at 47, 4.
Figure {
    Stroke {
        fillColor: Theme.card
        strokeColor: Theme.action
        strokeWidth: 5
        d: "M 40 60 V 12 A 7 7 0 0 1 54 12 V 42 C 54 36 67 36 67 44 C 67 39 79 39 79 47 C 79 43 91 43 91 51 V 68 C 91 84 82 94 70 94 H 58 C 50 94 45 91 40 85 L 21 63 C 16 56 24 49 30 54 L 40 63 Z"
    }
    Stroke {
        strokeColor: Theme.action
        strokeWidth: 4
        d: "M 54 42 V 56 M 67 45 V 57 M 79 48 V 58"
    }
}
