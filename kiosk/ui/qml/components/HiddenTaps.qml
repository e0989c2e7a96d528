import QtQuick

// A place that means nothing to clients: so many taps within so many milliseconds open what is not for them. Fewer do
// nothing, and nothing shows that there is anything to touch.
Item {
    id: place

    property int taps: 5
    property int within: 3000
    property list<real> moments: []
    signal opened

    TapHandler {
        gesturePolicy: TapHandler.ReleaseWithinBounds
        onTapped: {
            const now = Date.now();
            const recent = [...place.moments.filter(moment => now - moment < place.within), now];
            const enough = recent.length >= place.taps;
            place.moments = enough ? [] : recent;
            if (enough)
                place.opened();
        }
    }
}
