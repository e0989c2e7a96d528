pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "theme"
import "panel"

// The simulator's panel. For the people who show or try the kiosk; its words are English and stand here.
Rectangle {
    id: root

    property var people: []
    property bool network: true
    property bool paper: true
    property bool printer: true
    property bool scanner: true
    property string slip: ""
    property var arrivals: []
    property string trouble: ""

    signal scanned(string text)
    signal switched(string name, bool on)

    width: 560
    height: 900
    color: Theme.paper

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: 16
        spacing: 12

        PanelGroup {
            title: "Somebody shows a card"

            Repeater {
                model: root.people

                PanelButton {
                    required property var modelData

                    objectName: "scan:" + modelData.label
                    label: modelData.label
                    note: modelData.note
                    onActed: root.scanned(modelData.text)
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
            title: "What works"

            GridLayout {
                Layout.fillWidth: true
                columns: 2
                columnSpacing: 8
                rowSpacing: 8

                PanelSwitch {
                    objectName: "switch:network"
                    label: "Network"
                    well: "up"
                    broken: "down"
                    on: root.network
                    onSwitched: on => root.switched("network", on)
                }
                PanelSwitch {
                    objectName: "switch:paper"
                    label: "Paper"
                    well: "loaded"
                    broken: "out"
                    on: root.paper
                    onSwitched: on => root.switched("paper", on)
                }
                PanelSwitch {
                    objectName: "switch:printer"
                    label: "Printer"
                    well: "plugged in"
                    broken: "unplugged"
                    on: root.printer
                    onSwitched: on => root.switched("printer", on)
                }
                PanelSwitch {
                    objectName: "switch:scanner"
                    label: "Scanner"
                    well: "plugged in"
                    broken: "unplugged"
                    on: root.scanner
                    onSwitched: on => root.switched("scanner", on)
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
