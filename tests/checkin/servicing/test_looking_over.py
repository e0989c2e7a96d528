"""What service mode shows of the kiosk."""

from dataclasses import replace

from kiosk.checkin import servicing
from kiosk.checkin.faults import Part
from kiosk.checkin.health import Light
from kiosk.checkin.servicing import View
from kiosk.checkin.visit import Chosen
from kiosk.checkin.wording import Text
from kiosk.texts import say
from tests.checkin.servicing.rig import BROKEN, INSIDE, PARTS, PAST, VIEW, health, offered, play, told
from tests.example_site import NOW


def test_the_overview_has_a_line_for_each_part_that_the_kiosk_has() -> None:
    page = told(INSIDE, replace(VIEW, health=BROKEN))
    assert {line.choice for line in page.lines} == {f"part:{part.value}" for part in PARTS}
    assert [line.choice for line in page.lines][:4] == ["part:clock", "part:printer", "part:scanner", "part:facts"]
    first = page.lines[0]
    sentence = say(Text("fault.clock-wrong.sentence"), "fi")
    assert (first.words, first.light, first.note) == ("kello", Light.YELLOW, sentence)
    assert first.label == "vajaa, 8.40 alkaen"
    assert page.lines[-1].light is Light.GREEN
    assert page.light is Light.YELLOW
    assert {line.label: line.words for line in page.facts} == {
        "Laite": "kiosk-1",
        "Toimipiste": "Kalasatama (fi)",
        "Versio": "0.1.0",
        "Kello": "23.11. 8.50",
        "Lähettämättä": "3",
        "Ajanvarauslista": "4 min",
        "Numeroita": "17",
    }
    nothing = told(INSIDE, View(NOW, 0.0))
    assert (nothing.lines, {line.words for line in nothing.facts} >= {"ei tiedossa"}) == ((), True)
    refused = told(servicing.Overview("en"), replace(VIEW, refused=2))
    assert "3, refused 2" in [line.words for line in refused.facts]


def test_a_part_shows_what_stands_against_it_and_what_to_do() -> None:
    view = replace(VIEW, health=BROKEN)
    state, _ = play(INSIDE, Chosen("part:printer"), view=view)
    assert state == servicing.OnePart("fi", Part.PRINTER)
    page = told(state, view)
    assert [line.words for line in page.lines[:2]] == ["Tulostimen kansi on auki.", "Tulostimen paperi on loppu."]
    assert all(line.note and line.label for line in page.lines[:2])
    assert offered(page) == ["test", "reopen", "back"]
    for part, ids in {
        Part.CENTRE: ["test", "back"],
        Part.CLOCK: ["back"],
        Part.SCANNER: ["test", "reopen", "back"],
        Part.CARD_READER: ["test", "reopen", "back"],
    }.items():
        assert offered(told(servicing.OnePart("fi", part), view)) == ids
    for unknown in ("part:touch", "part:", "part:nothing", "printer"):
        assert play(INSIDE, Chosen(unknown))[0] == INSIDE


def test_past_faults_are_turned_over_eight_at_a_time() -> None:
    view = replace(VIEW, health=health(past=PAST))
    state, _ = play(INSIDE, Chosen("past-faults"), view=view)
    sizes = []
    for ways in (["older", "back"], ["newer", "older", "back"], ["newer", "back"]):
        page = told(state, view)
        sizes.append(len(page.lines))
        assert offered(page) == ways
        state, _ = play(state, Chosen("older"), view=view)
    assert sizes == [8, 8, 4]
    state, _ = play(state, *[Chosen("newer")] * 5, view=view)
    assert told(state, view).lines[0].label == "8.30–8.35"
    assert told(state, VIEW).sentences == ("Yhtään mennyttä vikaa ei ole muistissa.",)


def test_the_log_shows_the_last_twelve_warnings_or_lines_the_newest_first() -> None:
    state, _ = play(INSIDE, Chosen("log"))
    page = told(state)
    assert [line.words for line in page.lines] == [f"line_{number}" for number in range(39, 15, -2)]
    assert {line.light for line in page.lines} == {Light.YELLOW, Light.RED}
    assert (page.lines[0].label, offered(page)) == ("08:50:39", ["log-all", "back"])
    state, _ = play(state, Chosen("log-all"))
    page = told(state)
    assert [line.words for line in page.lines] == [f"line_{number}" for number in range(39, 27, -1)]
    assert offered(page) == ["log-warnings", "back"]
    assert play(state, Chosen("log-warnings"))[0] == servicing.LogTail("fi")
    assert told(state, replace(VIEW, log=())).sentences == ("Loki on tyhjä.",)


def test_the_self_test_runs_now_and_shows_what_it_found() -> None:
    state, effects = play(INSIDE, Chosen("self-test"))
    assert effects == [servicing.RunSelfTest()]
    assert offered(told(state)) == ["back"]
    state, _ = play(state, servicing.SelfTestEnded(("clock-wrong", "disk-full", "facts-waiting")))
    page = told(state)
    assert (page.light, [line.light for line in page.lines]) == (Light.RED, [Light.RED, Light.YELLOW, Light.GREEN])
    for codes, light in (((), Light.GREEN), (("facts-waiting",), Light.GREEN), (None, Light.RED)):
        assert told(servicing.SelfTested("fi", codes)).light is light
    assert play(state, Chosen("self-test"))[1] == [servicing.RunSelfTest()]
    assert play(INSIDE, servicing.SelfTestEnded(()))[0] == INSIDE
