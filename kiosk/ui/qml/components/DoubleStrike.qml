pragma Singleton
import QtQuick

// Keeps a trembling hand from choosing twice. After a choice nothing is taken for half a second, because another
// page may stand under the finger by then; while typing only the same key again is refused, so that a quick hand
// loses nothing.
//
// By the clock and not by a timer: the timers of a scene count frames, and a screen that draws slowly would rest for
// seconds. A clock that is set back ends the rest.
QtObject {
    id: strike

    readonly property int rest: 500
    property real struckAt: 0
    property string last: ""
    property bool typing: false
    // The control that a finger came down on, until it is lifted.
    property string meant: ""

    function takes(control: string, types: bool): bool {
        const since = Date.now() - struckAt;
        if (since >= 0 && since < rest && (control === last || !typing))
            return false;
        last = control;
        typing = types;
        struckAt = Date.now();
        return true;
    }
}
