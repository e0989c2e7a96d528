pragma ComponentBehavior: Bound
import QtQuick
import "theme"
import "components"
import "pages"

// The whole screen. Python sets the plain properties and listens to the signals; no rule and no word is made here.
Rectangle {
    id: root

    property var page: null
    property var frame: null
    property string time: ""
    property real pxPerMm: 4
    property bool calm: false
    property real squeeze: 1
    // A touch would be taken for a double strike now.
    readonly property real restsUntil: DoubleStrike.struckAt + DoubleStrike.rest
    // Somebody, or something, presses the screen.
    readonly property bool pressed: finger.active

    signal chosen(string id)
    signal keyed(string key)
    signal languageChosen(string code)
    signal touched

    // The page holds more than there is room for; whoever set it lowers squeeze until it fits.
    readonly property bool overfull: loader.item ? (loader.item as PageBody).overfull : false
    readonly property string scene: page ? page.name + page.sign : ""
    // Nobody is being served.
    readonly property bool first: page ? page.shape === "welcome" : false

    width: 1080
    height: 1920
    color: Theme.paper

    onSceneChanged: {
        if (!calm)
            fade.restart();
    }

    // Ends whatever moves, so that a picture shows the page as it stands.
    function settle(): void {
        fade.complete();
        (loader.item as StaffPage)?.settle();
    }

    Binding {
        target: Theme
        property: "pxPerMm"
        value: root.pxPerMm
    }
    Binding {
        target: Theme
        property: "screenWidth"
        value: root.width
    }
    Binding {
        target: Theme
        property: "screenHeight"
        value: root.height
    }
    Binding {
        target: Theme
        property: "squeeze"
        value: root.squeeze
    }
    Binding {
        target: Theme
        property: "calm"
        value: root.calm
    }

    PointHandler {
        id: finger
        onActiveChanged: {
            if (active)
                root.touched();
        }
    }

    TopLine {
        id: topLine
        width: root.width
        site: root.frame ? root.frame.site : ""
        time: root.time
        onServiceCalled: root.chosen("service")
    }

    Loader {
        id: loader
        anchors.top: topLine.bottom
        anchors.topMargin: Theme.mm(Theme.portrait ? 10 : 9)
        anchors.bottom: edge.top
        anchors.bottomMargin: Theme.mm(edge.height > 0 ? 4 : Theme.portrait ? 10 : 9)
        x: Theme.margin
        width: root.width - 2 * x
        active: root.page !== null
        sourceComponent: {
            switch (root.page ? root.page.shape : "") {
            case "welcome":
                return welcome;
            case "busy":
                return busy;
            case "entry":
                return entry;
            case "question":
                return question;
            case "choices":
                return choices;
            case "number":
                return number;
            case "service":
                return service;
            case "staff":
                return staff;
            }
            // Whoever is sent to the desk with a number sees it as large as anybody else.
            return root.page && root.page.card.number !== "" ? number : notice;
        }

        NumberAnimation {
            id: fade
            target: loader
            property: "opacity"
            from: 0
            to: 1
            duration: Theme.fade
        }
    }

    // Below everything that is for clients, and only while somebody could mend something.
    StaffStrip {
        id: edge
        anchors.bottom: strip.top
        width: root.width
        choice: root.first && root.frame ? root.frame.staffNotice : null
        onActed: id => root.chosen(id)
    }

    // In the margin, where no page has anything.
    HealthLight {
        objectName: "health-light"
        x: Math.round((Theme.margin - width) / 2)
        implicitWidth: Math.max(Theme.mm(8), Theme.realMm(7))
        anchors.bottom: strip.top
        anchors.bottomMargin: Theme.mm(4)
        light: root.first && root.frame ? root.frame.light : ""
        words: root.frame ? root.frame.lightWords : ""
    }

    Strip {
        id: strip
        anchors.bottom: parent.bottom
        width: root.width
        languages: root.frame ? root.frame.languages : []
        urgent: root.frame ? root.frame.urgent : ""
        language: root.page ? root.page.language : ""
        help: root.frame ? root.frame.help : null
        onLanguageChosen: code => root.languageChosen(code)
        onChosen: id => root.chosen(id)
    }

    Component {
        id: welcome
        WelcomePage {
            page: root.page
            onChosen: id => root.chosen(id)
        }
    }
    Component {
        id: busy
        BusyPage {
            page: root.page
        }
    }
    Component {
        id: entry
        EntryPage {
            page: root.page
            onChosen: id => root.chosen(id)
            onKeyed: key => root.keyed(key)
        }
    }
    Component {
        id: question
        QuestionPage {
            page: root.page
            onChosen: id => root.chosen(id)
        }
    }
    Component {
        id: choices
        ChoicesPage {
            page: root.page
            onChosen: id => root.chosen(id)
        }
    }
    Component {
        id: number
        NumberPage {
            page: root.page
            onChosen: id => root.chosen(id)
        }
    }
    Component {
        id: service
        ServicePage {
            page: root.page
            onChosen: id => root.chosen(id)
        }
    }
    Component {
        id: staff
        StaffPage {
            page: root.page
            onChosen: id => root.chosen(id)
        }
    }
    Component {
        id: notice
        NoticePage {
            page: root.page
            onChosen: id => root.chosen(id)
        }
    }
}
