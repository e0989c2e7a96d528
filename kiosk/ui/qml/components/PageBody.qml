import QtQuick

// The room between the top line and the strip.
Item {
    required property var page
    // The height that the page would like to have. Where that is more than there is, the words must get smaller.
    property real wanted: 0
    readonly property bool overfull: wanted > height
}
