pragma Singleton
import QtQuick

// Keeps a trembling hand from choosing twice. After a choice nothing is taken for half a second, because another
// page may stand under the finger by then; while typing only the same key again is refused, so that a quick hand
// loses nothing.
QtObject {
    id: strike

    readonly property bool resting: pause.running
    property string last: ""
    property bool typing: false

    function takes(control: string, types: bool): bool {
        if (pause.running && (control === last || !typing))
            return false;
        last = control;
        typing = types;
        pause.restart();
        return true;
    }

    property Timer pause: Timer {
        interval: 500
    }
}
