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
    // What does not fit even with the smallest words is leafed through.
    property bool leafed: false
    // There is room for the drawing of the way.
    property bool drawn: false
    // The control that a keypad stands on, by its objectName; "" for none.
    property string cursor: ""
    // A touch would be taken for a double strike now.
    readonly property real restsUntil: DoubleStrike.struckAt + DoubleStrike.rest
    // Somebody, or something, presses the screen.
    readonly property bool pressed: finger.active

    signal chosen(string id)
    signal keyed(string key)
    signal languageChosen(string code)
    signal touched

    // What the letters of large words never get below, in millimetres.
    readonly property real leastLargeLetters: Theme.smallestLargeLetters

    // The page holds more than there is room for; whoever set it lowers squeeze until it fits.
    readonly property bool overfull: loader.item ? (loader.item as PageBody).overfull : false
    readonly property string scene: page ? page.name + page.sign : ""
    // The page has the screen up to its upper corners.
    readonly property bool whole: page ? page.shape === "touch" : false
    // Nobody is being served.
    readonly property bool first: page ? page.shape === "welcome" : false

    LayoutMirroring.enabled: Theme.mirrored
    LayoutMirroring.childrenInherit: true
    width: 1080
    height: 1920
    color: Theme.paper

    onSceneChanged: {
        if (!Theme.calm)
            fade.restart();
    }

    // Ends whatever moves, so that a picture shows the page as it stands.
    function settle(): void {
        Theme.prompt = true;
        Theme.prompt = false;
        fade.complete();
        (loader.item as StaffPage)?.settle();
        (loader.item as CheckPage)?.settle();
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
        value: root.calm || (root.frame?.calm ?? false)
    }
    Binding {
        target: Theme
        property: "contrast"
        value: root.frame?.contrast ?? "usual"
    }
    Binding {
        target: Theme
        property: "large"
        value: root.frame?.large ?? false
    }
    Binding {
        target: Theme
        property: "low"
        value: root.frame?.low ?? false
    }
    Binding {
        target: Theme
        property: "leafed"
        value: root.leafed
    }
    Binding {
        target: Theme
        property: "drawn"
        value: root.drawn
    }
    Binding {
        target: Theme
        property: "mirrored"
        value: root.frame?.mirrored ?? false
    }
    Binding {
        target: Theme
        property: "leafWords"
        value: root.frame?.leafing ?? []
    }
    Binding {
        target: Theme
        property: "cursor"
        value: root.cursor
    }

    Connections {
        target: Theme
        function onCursorWanted(name: string): void {
            root.cursor = name;
        }
    }

    // The control of that name that lies under a point of the scene.
    function under(item: Item, at: point, name: string): Press {
        if (!item.visible)
            return null;
        if (item.objectName === name && item.enabled && item instanceof Press)
            return item.contains(item.mapFromItem(null, at)) ? item as Press : null;
        for (const child of item.children) {
            const found = under(child, at, name);
            if (found)
                return found;
        }
        return null;
    }

    // Lies over everything and sees every touch first, but takes none. A page that is drawn anew under a finger may put
    // the control that was meant into another item, or that item elsewhere: where it still lies under the finger when
    // that is lifted, it acts.
    Item {
        anchors.fill: parent
        z: 2

        PointHandler {
            id: finger

            property string page: ""
            property real began: 0
            property point last: Qt.point(0, 0)

            onActiveChanged: {
                if (active) {
                    page = root.page?.name ?? "";
                    began = Date.now();
                    root.touched();
                    (loader.item as TouchPage)?.land(point.scenePosition);
                } else {
                    last = point.scenePosition;
                    Qt.callLater(finger.lifted);
                }
            }

            onCanceled: DoubleStrike.meant = ""

            function lifted(): void {
                const meant = DoubleStrike.meant;
                DoubleStrike.meant = "";
                const acted = DoubleStrike.last === meant && DoubleStrike.struckAt >= began;
                if (meant === "" || acted || page !== (root.page?.name ?? ""))
                    return;
                root.under(root, last, meant)?.act();
            }
        }
    }

    // Before what a page has above the leaf that is shown.
    Rectangle {
        visible: !root.whole
        z: 1
        width: root.width
        height: loader.y
        color: Theme.paper
    }
    TopLine {
        id: topLine
        z: 1
        width: root.width
        // What it hides is still there to be touched.
        opacity: root.whole ? 0 : 1
        site: root.frame ? root.frame.site : ""
        time: root.time
        onServiceCalled: root.chosen("service")
    }

    // In low reach everything at the bottom is touched; this is only read.
    UrgentLine {
        id: urgent
        z: 1
        visible: Theme.low && urgent !== ""
        anchors.top: topLine.bottom
        anchors.topMargin: visible ? Theme.mm(3) : 0
        x: Theme.margin
        width: root.width - 2 * x
        height: visible ? heightIn(width) : 0
        urgent: root.frame ? root.frame.urgent : ""
    }

    Loader {
        id: loader
        anchors.top: urgent.bottom
        anchors.topMargin: Theme.mm(Theme.portrait ? 8 : 6)
        anchors.bottom: edge.top
        anchors.bottomMargin: Theme.mm(Theme.low || edge.height > 0 ? 4 : Theme.portrait ? 9 : 7)
        x: Theme.margin
        width: root.width - 2 * x
        active: root.page !== null
        onLoaded: strip.keepOnly(item)
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
            case "check":
                return check;
            case "touch":
                return touch;
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
        switches: root.frame ? root.frame.switches : []
        language: root.page ? root.page.language : ""
        help: root.frame ? root.frame.help : null
        onLanguageChosen: code => root.languageChosen(code)
        onChosen: id => root.chosen(id)
    }

    // The pages' share of what a seated hand reaches.
    readonly property real reach: loader.y + loader.height - (1 - Theme.reach) * height

    Component {
        id: welcome
        WelcomePage {
            page: root.page
            reach: root.reach
            aside: strip.aside
            onChosen: id => root.chosen(id)
        }
    }
    Component {
        id: busy
        BusyPage {
            page: root.page
            reach: root.reach
            aside: strip.aside
        }
    }
    Component {
        id: entry
        EntryPage {
            page: root.page
            reach: root.reach
            aside: strip.aside
            onChosen: id => root.chosen(id)
            onKeyed: key => root.keyed(key)
        }
    }
    Component {
        id: question
        QuestionPage {
            page: root.page
            reach: root.reach
            aside: strip.aside
            onChosen: id => root.chosen(id)
        }
    }
    Component {
        id: choices
        ChoicesPage {
            page: root.page
            reach: root.reach
            aside: strip.aside
            onChosen: id => root.chosen(id)
        }
    }
    Component {
        id: number
        NumberPage {
            page: root.page
            reach: root.reach
            aside: strip.aside
            onChosen: id => root.chosen(id)
        }
    }
    Component {
        id: service
        ServicePage {
            page: root.page
            reach: root.reach
            aside: strip.aside
            onChosen: id => root.chosen(id)
        }
    }
    Component {
        id: staff
        StaffPage {
            page: root.page
            reach: root.reach
            aside: strip.aside
            onChosen: id => root.chosen(id)
        }
    }
    Component {
        id: check
        CheckPage {
            page: root.page
            reach: root.reach
            aside: strip.aside
            onChosen: id => root.chosen(id)
        }
    }
    Component {
        id: touch
        TouchPage {
            page: root.page
            screen: Qt.size(root.width, root.height)
            origin: Qt.point(loader.x, loader.y)
            onChosen: id => root.chosen(id)
        }
    }
    Component {
        id: notice
        NoticePage {
            page: root.page
            reach: root.reach
            aside: strip.aside
            onChosen: id => root.chosen(id)
        }
    }
}
