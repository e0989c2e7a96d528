pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "theme"
import "panel"

// The simulator's panel. For the people who show or try the kiosk; its words are English and stand here.
Rectangle {
    id: root

    property var people: []
    property var cards: []
    property var switches: []
    property var wrong: []
    property bool cardIn: false
    property string slip: ""
    property var arrivals: []
    property string trouble: ""

    signal scanned(string text)
    signal switched(string name, bool on)
    signal inserted(string name)
    signal removed

    width: 680
    height: 1000
    color: Theme.paper

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: 16
        spacing: 12

        PanelGroup {
            title: "Somebody shows a card"

            GridLayout {
                Layout.fillWidth: true
                columns: 2
                columnSpacing: 8
                rowSpacing: 8

                Repeater {
                    model: root.people

                    PanelButton {
                        required property var modelData

                        objectName: "scan:" + modelData.label
                        Layout.preferredWidth: 1
                        label: modelData.label
                        note: modelData.note
                        onActed: root.scanned(modelData.text)
                    }
                }
            }
            RowLayout {
                Layout.fillWidth: true
                spacing: 8

                Rectangle {
                    Layout.fillWidth: true
                    implicitHeight: 44
                    radius: 8
                    color: Theme.card
                    border.width: input.activeFocus ? 1.5 : 1
                    border.color: input.activeFocus ? Theme.action : Theme.secondInk

                    TextInput {
                        id: input
                        objectName: "scan-text"
                        anchors.fill: parent
                        anchors.leftMargin: 14
                        anchors.rightMargin: 14
                        verticalAlignment: TextInput.AlignVCenter
                        clip: true
                        color: Theme.ink
                        font.family: Theme.family
                        font.pixelSize: 14
                        selectByMouse: true
                        onAccepted: root.scanned(text)
                        Accessible.name: "Any other text"
                    }
                    PanelText {
                        anchors.verticalCenter: parent.verticalCenter
                        x: 14
                        visible: input.text === ""
                        text: "Any other text"
                        color: Theme.secondInk
                    }
                }
                PanelButton {
                    Layout.fillWidth: false
                    label: "Scan"
                    onActed: root.scanned(input.text)
                }
            }
        }

        PanelGroup {
            visible: root.cards.length > 0
            title: root.cardIn ? "A card is in the reader" : "Somebody puts a card into the reader"

            GridLayout {
                Layout.fillWidth: true
                columns: 4
                columnSpacing: 8
                rowSpacing: 8

                Repeater {
                    model: root.cards

                    PanelButton {
                        required property var modelData

                        objectName: "insert:" + modelData.name
                        Layout.preferredWidth: 1
                        label: modelData.label
                        onActed: root.inserted(modelData.name)
                    }
                }
                PanelButton {
                    objectName: "remove-card"
                    Layout.preferredWidth: 1
                    enabled: root.cardIn
                    opacity: enabled ? 1 : 0.4
                    label: "Take it out"
                    onActed: root.removed()
                }
            }
        }

        PanelGroup {
            title: "What works"

            GridLayout {
                Layout.fillWidth: true
                columns: 3
                columnSpacing: 8
                rowSpacing: 8

                Repeater {
                    model: root.switches

                    PanelSwitch {
                        required property var modelData

                        objectName: "switch:" + modelData.name
                        label: modelData.label
                        well: modelData.well
                        broken: modelData.broken
                        on: !root.wrong.includes(modelData.name)
                        onSwitched: on => root.switched(modelData.name, on)
                    }
                }
            }
        }

        RowLayout {
            Layout.fillWidth: true
            Layout.fillHeight: true
            spacing: 12

            PanelGroup {
                title: "Last slip"
                Layout.fillHeight: true
                Layout.preferredWidth: 1

                Image {
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    source: root.slip
                    cache: false
                    fillMode: Image.PreserveAspectFit
                    verticalAlignment: Image.AlignTop
                    mipmap: true
                }
            }
            PanelGroup {
                title: "The centre has"
                Layout.fillHeight: true
                Layout.preferredWidth: 1

                PanelText {
                    visible: root.arrivals.length === 0
                    text: "no arrivals yet"
                    color: Theme.secondInk
                }
                ListView {
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    clip: true
                    spacing: 8
                    model: root.arrivals

                    delegate: RowLayout {
                        id: arrival
                        required property var modelData

                        width: ListView.view.width
                        spacing: 10

                        PanelText {
                            text: arrival.modelData.number
                            font.bold: true
                        }
                        PanelText {
                            Layout.fillWidth: true
                            text: arrival.modelData.what
                            elide: Text.ElideRight
                            wrapMode: Text.NoWrap
                        }
                        PanelText {
                            text: arrival.modelData.standing
                            color: Theme.secondInk
                            font.pixelSize: 13
                        }
                    }
                }
            }
        }

        PanelText {
            visible: root.trouble !== ""
            Layout.fillWidth: true
            text: root.trouble
            color: Theme.urgent
        }
    }
}
