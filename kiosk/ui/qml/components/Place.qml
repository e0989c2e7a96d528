import QtQuick
import QtQuick.Layouts

// Where controls lie on the sheet of a page, unless they stand apart from it.
Item {
    required property PageBody body
    required property Item controls

    visible: !body.apart && controls.implicitHeight > 0
    implicitWidth: controls.implicitWidth
    implicitHeight: controls.implicitHeight
    Layout.fillHeight: false
}
