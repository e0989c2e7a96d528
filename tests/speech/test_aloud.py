"""What is said of each page: all of it, in order, as it is meant to be heard, and nothing personal to others."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kiosk.checkin.comfort import AS_USUAL, Comfort, Contrast
from kiosk.checkin.health import Light
from kiosk.checkin.identity import ClaimKind
from kiosk.checkin.page import Frame, Page, Shape
from kiosk.checkin.tell import frame, tell
from kiosk.checkin.tell.aloud import KEYS, Reading, Utterance, address, without_personal
from kiosk.checkin.visit import states
from kiosk.checkin.wording import Spelled, Text, named
from kiosk.composition.in_words import aloud
from kiosk.texts import languages, say
from kiosk.texts.aloud import say_aloud
from tests.ui.every_page import every_state
from tests.ui.example_centre import FULL, NOW

VOICES = frozenset({"fi", "sv", "en", "ru", "et", "ar"})
LISTENING = Comfort(speech=True)
ESPEAK = {"fi": "fi", "sv": "sv", "en": "en-gb", "ru": "ru", "et": "et", "ar": "ar"}

Told = tuple[Page[Text], Frame[Text]]


def told(name: str, language: str = "fi", *, private: bool = True) -> Told:
    state, site = every_state(language)[name]
    page = tell(state, site, NOW)
    return page, frame(site, LISTENING, language=language, voices=VOICES, private=private)


def heard(name: str, language: str = "fi", *, private: bool = True) -> tuple[Utterance[str], ...]:
    """In words, as a screen gets it."""
    return aloud(*told(name, language, private=private))


def words(said: tuple[Utterance[str], ...], *readings: Reading) -> list[str]:
    return [one.words for one in said if not readings or one.reading in readings]


PAGES = list(every_state("fi"))
READ = (Reading.PAGE, Reading.WHOLE)


def texts_of(page: Page[Text], around: Frame[Text]) -> Iterator[Text | None]:
    """All that the page shows in words."""
    yield from (page.heading, *page.sentences, *page.items, around.urgent)
    yield from (part for choice in page.choices for part in (choice.words, choice.note))
    yield from (part for row in page.rows for part in (row.time, row.place, row.title, row.note))
    yield from (bulletin.words for bulletin in page.bulletins)
    if page.entry is not None:
        yield from (page.entry.label, page.entry.error)
    if page.card is not None:
        card = page.card
        yield from (card.time, card.day, card.title, card.person, card.place_label, card.place, card.way)
        yield Text("spelled", {"characters": Spelled(card.number)}) if card.number else None


@pytest.mark.parametrize("language", sorted(VOICES))
@pytest.mark.parametrize("name", PAGES)
def test_every_sentence_and_every_choice_of_a_page_is_said(name: str, language: str) -> None:
    said = " ".join(one.words for one in heard(name, language))
    for text in texts_of(*told(name, language)):
        if text is None:
            continue
        if "number" in text.data or "phone" in text.data:
            text = replace(text, data={name: Spelled(str(datum)) for name, datum in text.data.items()})
        assert say_aloud(text, language) in said


@pytest.mark.parametrize("name", PAGES)
def test_what_can_be_chosen_has_a_name_that_leads_to_it(name: str) -> None:
    page, around = told(name)
    controls = [one.control for one in heard(name) if one.control and not one.control.startswith("aside:")]
    assert len(controls) == len(set(controls))
    expected = {f"choice:{choice.id}" for choice in page.choices}
    if around.help is not None:
        expected |= {f"choice:{around.help.id}", *(f"choice:{one.id}" for one in around.switches)}
        expected |= {f"language:{code}" for code, _ in around.languages} | {"leaf:back", "leaf:on"}
    if page.entry is not None:
        expected |= {f"key:{key}" for key in KEYS[page.entry.keypad]}
        assert set(page.entry.allowed) <= set(KEYS[page.entry.keypad])
    assert set(controls) >= expected - {"leaf:back", "leaf:on"}


def test_it_is_said_in_reading_order() -> None:
    said = heard("confirm")
    order = [one.control or one.words for one in said if one.reading in (*READ, Reading.ONCE)]
    assert order[1] == say(told("confirm")[0].heading, "fi")
    ranks = [order.index(f"choice:{name}") for name in ("check-in", "not-mine", "call-staff", "comfort-large")]
    assert ranks == sorted(ranks)
    assert order.index("choice:call-staff") < order.index("language:sv") < order.index("choice:comfort-large")


@pytest.mark.parametrize("name", PAGES)
def test_what_says_who_somebody_is_or_where_they_go_is_for_headphones_alone(name: str) -> None:
    page, _ = told(name)
    public = " ".join(one.words for one in without_personal(heard(name, private=False)))
    if not page.personal:
        return
    secret: list[Text | None] = []
    if page.card is not None:
        secret += [page.card.day, page.card.title, page.card.person]
        if page.card.time is not None and page.card.number is None:
            secret.append(page.card.place)
    for row in page.rows:
        secret += [row.time, row.place, row.title]
    for text in secret:
        assert text is None or say_aloud(text, "fi") not in public


@pytest.mark.parametrize("name", PAGES)
def test_without_headphones_it_is_told_that_something_was_kept(name: str) -> None:
    kept = say(Text("aloud.kept-back"), "fi")
    alone, among = heard(name), heard(name, private=False)
    assert kept not in words(alone)
    hidden = any(one.personal and one.reading in READ for one in among)
    assert (kept in words(among)) == hidden


def test_the_ticket_number_is_said_to_everybody_and_twice() -> None:
    said = words(without_personal(heard("done-registered", private=False)))
    assert [line for line in said if "B, 0 4 2" in line] == ["Numerosi. B, 0 4 2."] * 2


def test_who_types_hears_the_last_character_and_how_many_but_only_on_headphones_which() -> None:
    half = heard("type-half")
    news = [one for one in half if one.reading is Reading.PAGE and not one.control]
    assert [(one.words, one.personal, one.mark) for one in news[2:4]] == [("2.", True, 6), ("6 merkkiä.", False, 0)]
    public = words(without_personal(heard("type-half", private=False)), *READ)
    assert "2." not in public
    assert "6 merkkiä." in public


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_said_of_what_is_hidden_on_the_screen(name: str) -> None:
    assert "•" not in " ".join(words(heard(name)))


def test_in_a_long_plan_too_it_is_said_what_is_checked_in_now() -> None:
    said = [one.words for one in heard("day-plan-long") if one.personal]
    assert [line.endswith(f"{say(Text('day-plan.now'), 'fi')}.") for line in said] == [True] * 3 + [False] * 2


def test_of_a_hidden_phone_number_its_end_is_spelled() -> None:
    assert "Numerosi päättyy: 5 6 7." in words(heard("contact"))


@pytest.mark.parametrize(
    ("language", "full", "half", "day"),
    [
        ("fi", "kello 9", "kello 9 05", "23. marraskuuta"),
        ("sv", "klockan 9", "klockan 9 05", "23 november"),
        ("en", "at 9 o'clock", "at 9 05", "23 November"),
        ("ru", "в 9 часов", "в 9 05", "23 ноября"),
        ("et", "kell 9", "kell 9 05", "23. november"),
        ("ar", "الساعة 9", "الساعة 9 و 05", "23 نوفمبر"),
    ],
)
def test_times_and_dates_are_said_in_words(language: str, full: str, half: str, day: str) -> None:
    nine, later = NOW.replace(hour=9, minute=0), NOW.replace(hour=9, minute=5)
    assert say_aloud(Text("aloud.at", {"time": nine}), language) == full
    assert say_aloud(Text("aloud.at", {"time": later}), language) == half
    assert say_aloud(Text("day.of", {"time": nine}), language).endswith(day)


@pytest.mark.parametrize("language", languages())
def test_numbers_to_call_are_said_figure_by_figure(language: str) -> None:
    assert "1 1 2" in say_aloud(Text("frame.urgent"), language)
    assert "112" not in say_aloud(Text("frame.urgent"), language)
    assert "116" in say(named({language: "116 117"}), language)
    assert say_aloud(named({language: "116 117"}), language) == "1 1 6, 1 1 7"


def test_abbreviations_are_said_in_full() -> None:
    later = Text("done.later", {"time": NOW.replace(hour=9, minute=0)})
    assert say_aloud(later, "fi") == "Seuraava käyntisi on kello 9."
    assert say_aloud(later, "sv").endswith("är klockan 9.")
    queue = Text("walk-in.queue-minutes", {"waiting": 4, "minutes": 15})
    assert say_aloud(queue, "sv") == "4 personer i kön, cirka 15 minuter"
    assert say_aloud(Text("choice.not-mine"), "sv") == say(Text("choice.not-mine"), "sv")


@pytest.mark.parametrize("language", sorted(VOICES))
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_said_that_only_an_eye_can_read(name: str, language: str) -> None:
    for line in words(heard(name, language)):
        assert not re.search(r"[\u2066-\u2069\u200e\u200f\n•–{}]", line), line
        assert not re.search(r"\b(klo|kl\.|\d min|\d мин)(?!\w)", line), line


def state_of(page: str, language: str, **around: object) -> list[tuple[str, Reading]]:
    """What is said there at five past nine, with a frame that is so."""
    shown, frame_ = told(page, language)
    said = aloud(shown, replace(frame_, **around), NOW.replace(hour=9, minute=5))  # type: ignore[arg-type]
    return [(one.words, one.reading) for one in said]


@pytest.mark.parametrize(
    ("language", "time", "works"),
    [
        ("fi", "Kello on 9 05.", "Laite toimii."),
        ("sv", "Klockan är 9 05.", "Automaten fungerar."),
        ("en", "The time is 9 05.", "This machine works."),
    ],
)
def test_the_time_and_the_light_can_be_heard(language: str, time: str, works: str) -> None:
    first = state_of("welcome", language, light=Light.GREEN)
    assert first[1:3] == [(time, Reading.WHOLE), (works, Reading.AGAIN)]
    # Later nobody is interrupted by it, and only the first page has the light.
    assert state_of("confirm", language)[1] == (time, Reading.AGAIN)
    lights = [state_of("welcome", language, light=light)[2][0] for light in Light]
    assert len(set(lights)) == len(Light)


@pytest.mark.parametrize("language", sorted(VOICES))
def test_which_contrast_is_on_is_said(language: str) -> None:
    said = {}
    for contrast in Contrast:
        _, around = told("welcome", language)
        around = frame(FULL, replace(LISTENING, contrast=contrast), language=language, voices=VOICES)
        heard_ = aloud(told("welcome", language)[0], around)
        said[contrast] = next(one.words for one in heard_ if one.control == "choice:comfort-contrast")
    usual = said[Contrast.USUAL].removesuffix(".")
    assert len(set(said.values())) == 3
    assert all(words.startswith(usual) for words in said.values())
    on = say(Text("aloud.on"), language)
    assert not any(words.endswith(f"{on}.") for words in said.values())


@pytest.mark.parametrize(
    ("payload", "heard"),
    [
        ("https://www.maisa.fi/maisa/", "maisa.fi/maisa"),
        ("https://www.maisa.fi", "maisa.fi"),
        ("https://palvelukartta.hel.fi/fi/address/helsinki/Tallinnanaukio/1", "palvelukartta.hel.fi"),
        ("https://kartta.example/?q=1", "kartta.example"),
        ("https://m", "m"),
        ("tel:116117", "tel:116117"),
    ],
)
def test_an_address_is_said_as_people_say_it(payload: str, heard: str) -> None:
    assert address(payload) == heard


def test_of_every_code_its_address_is_said() -> None:
    found = 0
    for name in PAGES:
        page, _ = told(name)
        for code in page.codes:
            found += 1
            assert f"Osoite: {address(code.payload)}." in " ".join(words(heard(name), Reading.WHOLE))
    assert found > 1


def test_a_photograph_is_told_of() -> None:
    page, around = told("done-registered")
    assert page.card is not None
    shown = say(Text("aloud.photo"), "fi")
    assert shown not in " ".join(words(aloud(page, around)))
    pictured = replace(page, card=replace(page.card, photo="/9j/"))
    assert shown in " ".join(words(aloud(pictured, around)))


PHONEMES = [
    # what is meant, and what must be heard of it, by the voice that everybody has
    ("fi", Text("spelled", {"characters": Spelled("A 104")}), ["ˈaː", "ˈyksi", "nˈolla", "nˈeljæ"]),
    ("en", Text("spelled", {"characters": Spelled("A 104")}), ["ˈeɪ", "wˈɒn", "zˈiəɹəʊ", "fˈɔː"]),
    ("sv", Text("spelled", {"characters": Spelled("B 042")}), ["bˈeː", "nˈɔl", "fˈyːra", "tvˈoː"]),
    ("fi", Text("time", {"time": NOW.replace(hour=9, minute=5)}), ["ˈyhdeksæn", "nˈolla", "vˈiːsi"]),
    ("en", Text("time", {"time": NOW.replace(hour=9, minute=0)}), ["nˈaɪn", "əklˈɒk"]),
]


@pytest.mark.parametrize(("language", "text", "sounds"), PHONEMES)
def test_the_voice_that_everybody_has_pronounces_it_so(language: str, text: Text, sounds: list[str]) -> None:
    command = ["espeak-ng", "-v", ESPEAK[language], "-q", "--ipa", say_aloud(text, language)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert said.split() == sounds


# --- languages without a voice --------------------------------------------------------------------------------------


def test_a_page_in_a_language_without_a_voice_is_said_in_another_and_that_first() -> None:
    page = tell(states.Welcome("so"), FULL, NOW)
    around = frame(replace(FULL, languages=("fi", "sv", "so")), LISTENING, language="so", voices=VOICES)
    said = aloud(page, around)
    assert said[0].words == "Kielellä Soomaali ei ole täällä ääntä. Kuulet suomea."
    assert {one.language for one in said} == {"fi", "sv"}


def test_while_listening_only_languages_with_a_voice_are_offered_and_that_of_the_page() -> None:
    site = replace(FULL, languages=("fi", "sv", "so"))

    def offered(language: str, comfort: Comfort) -> list[str]:
        return [code for code, _ in frame(site, comfort, language=language, voices=VOICES).languages]

    assert offered("fi", AS_USUAL) == ["fi", "sv", "so"]
    assert offered("fi", LISTENING) == ["fi", "sv"]
    assert offered("so", LISTENING) == ["fi", "sv", "so"]


@pytest.mark.parametrize(("language", "there"), [("fi", True), ("so", False)])
def test_listen_is_offered_where_there_is_a_voice_for_the_page(language: str, there: bool) -> None:
    switches = frame(FULL, AS_USUAL, language=language, voices=VOICES).switches
    assert any(one.id == "comfort-speech" for one in switches) == there
    assert any(one.id == "comfort-speech" for one in frame(FULL, LISTENING, language=language, voices=VOICES).switches)


def test_what_somebody_types_is_personal_in_every_kind_of_field() -> None:
    for name in ("type-half", "type-code", "phone", "correct-phone"):
        page, _ = told(name)
        assert page.shape is Shape.ENTRY
        typed = [one for one in heard(name) if one.mark or one.control.startswith("key:")]
        assert typed
        assert all(one.personal for one in typed)


def test_a_typed_claim_names_no_unit_by_ear_either() -> None:
    state, site = every_state("fi")["confirm-typed"]
    assert isinstance(state, states.Confirming)
    assert state.kind is ClaimKind.TYPED
    said = " ".join(words(heard("confirm-typed")))
    assert site is not None
    assert say(named(site.units["dental"].name), "fi") not in said
