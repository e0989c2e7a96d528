import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.plurals import get_plural

from hatch_build import compile_catalogues
from kiosk.checkin.servicing.opening import LANGUAGES as READ_BY_STAFF
from kiosk.checkin.wording import Text, language_name, named
from kiosk.texts import (
    CATALOGUES,
    CLIENTS,
    FALLBACK,
    STAFF,
    UnknownTextError,
    autonym,
    date_in_figures,
    direction,
    languages,
    say,
    sentence,
    service_languages,
    time_of_day,
)
from tests.catalogues import catalogue, fields, listed, source, spoken_from

HERE = Path(__file__).parent
WRITTEN = ("fi", "sv", "en")
"""The languages that the makers write; in the others a text may be longer where they must."""
MORNING = datetime(2026, 11, 5, 9, 5, tzinfo=UTC)
EVENING = datetime(2026, 11, 23, 21, 5, tzinfo=UTC)

ALL = [
    *((language, CLIENTS) for language in languages()),
    *((language, STAFF) for language in service_languages()),
]

REGISTERED = (
    *("done.registered.heading", "done.registered.sentence", "already-in.registered", "queued.registered.sentence"),
    "ticket.registered",
)
RECORDED = (
    *("done.recorded.heading", "already-in.heading", "already-in.recorded", "queued.recorded.heading"),
    *("call-back.recorded", "ticket.recorded"),
)

LIX = {
    ("fi", CLIENTS): 43,
    ("sv", CLIENTS): 25,
    ("en", CLIENTS): 19,
    ("fi", STAFF): 46,
    ("sv", STAFF): 36,
    ("en", STAFF): 24,
}
"""How hard a whole catalogue may be to read, a little above what it is (docs/translating.md)."""
LIX_OF_ONE = {"fi": 50, "sv": 45, "en": 30}
"""How hard one text of three sentences or more may be; what is shorter is too short to measure."""


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"{\w+}", text))


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"[.!?:…。؟]+(?:\s|$)", text) if part.strip()]


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", re.sub(r"{\w+}", "", text))


def lix(texts: list[str]) -> float:
    """Words in a sentence, and out of a hundred words those of more than six letters (Björnsson 1968)."""
    words = [word for text in texts for word in words_of(text)]
    return len(words) / sum(len(sentences(text)) for text in texts) + 100 * sum(len(w) > 6 for w in words) / len(words)


@pytest.mark.parametrize(("language", "domain"), ALL)
def test_no_key_stands_twice(language: str, domain: str) -> None:
    """Of two the later one would win unseen."""
    text = (CATALOGUES / language / "LC_MESSAGES" / f"{domain}.po").read_text("utf-8")
    keys = re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(("language", "domain"), ALL)
def test_all_catalogues_hold_the_same_keys_place_holders_and_context(language: str, domain: str) -> None:
    finnish, words = catalogue(FALLBACK, domain), catalogue(language, domain)
    assert list(words) == list(finnish)
    for key, entry in words.items():
        assert all(form.strip() for form in entry.forms), f"{key} is empty in {language}"
        assert placeholders(entry.forms[-1]) == placeholders(finnish[key].forms[-1]), key
        assert entry.agrees_with == finnish[key].agrees_with, key
        assert entry.context == finnish[key].context, f"{key}: the context is the same for every language"
        assert all(form == form.strip() for form in entry.forms), key
        assert not any(re.search(r"[\u2066-\u2069\u200e\u200f\u202a-\u202e]", form) for form in entry.forms), key


def test_each_key_and_each_family_of_keys_is_in_one_catalogue() -> None:
    clients, staff = catalogue(FALLBACK, CLIENTS), catalogue(FALLBACK, STAFF)
    assert not {key.partition(".")[0] for key in clients} & {key.partition(".")[0] for key in staff}
    assert len(clients) > 180
    assert len(staff) > 350


def test_whoever_serves_staff_in_a_language_has_its_catalogue() -> None:
    assert READ_BY_STAFF[0] == FALLBACK
    assert set(READ_BY_STAFF) == set(service_languages())
    assert set(READ_BY_STAFF) <= set(languages())


def test_every_key_is_used() -> None:
    source = "".join(path.read_text() for path in (HERE.parent / "kiosk").rglob("*.py"))
    made = re.findall(r'f"([\w.-]*)\{[^}]+\}([\w.-]*)"', source)
    for key in (*catalogue(FALLBACK, CLIENTS), *catalogue(FALLBACK, STAFF)):
        built = any(
            len(front + back) > 2 and key.startswith(front) and key.endswith(back) for front, back in made
        ) or key.rsplit(".", 1)[-1] in ("heading", "sentence")
        assert f'"{key}"' in source or built, f"{key} is not used"


# --- what translators are told --------------------------------------------------------------------------------------


def test_every_text_for_clients_says_where_it_stands_and_what_comes_into_it() -> None:
    for key, entry in catalogue(FALLBACK).items():
        said = [line for line in entry.context if not line.startswith("max ")]
        assert said, f"{key} has no context"
        for name in placeholders(entry.forms[-1]) - {"{time_day}", "{time_date}"}:
            assert name in " ".join(said), f"{key} does not say what {name} is"


@pytest.mark.parametrize("language", languages())
def test_what_has_little_room_is_short_enough(language: str) -> None:
    limited = [entry for entry in catalogue(language).values() if entry.most is not None]
    assert len(limited) > 90
    for entry in limited:
        assert entry.most is not None
        assert entry.longest <= entry.most, f"{entry.key} in {language}: {entry.longest} characters of {entry.most}"
    for key, entry in catalogue(language).items():
        assert entry.most is not None or not (key.startswith("choice.") or key.endswith((".heading", ".label"))), key


@pytest.mark.parametrize(("language", "domain"), ALL)
def test_the_header_says_who_has_read_it(language: str, domain: str) -> None:
    said = fields(language, domain)
    assert said["Language"] == language
    states = r"awaiting native review|written by the makers; not read by a native|read by a native, 20\d\d-\d\d"
    assert re.fullmatch(states, said["X-Review"]), said["X-Review"]
    assert (said["X-Review"] == "written by the makers; not read by a native") <= (language in WRITTEN)


@pytest.mark.parametrize("language", languages())
def test_only_a_receipt_is_told_in_the_words_of_a_receipt(language: str) -> None:
    registered, recorded = listed(language, "X-Registered"), listed(language, "X-Recorded")
    assert registered
    assert recorded
    for key, entry in catalogue(language).items():
        for form in entry.forms:
            assert any(word in form for word in registered) == (key in REGISTERED), f"{key} in {language}: {form}"
            assert key not in RECORDED or any(word in form for word in recorded), f"{key} in {language}: {form}"
            assert not any(word in form for word in recorded) or ".registered" not in key, f"{key}: {form}"


# --- plain language -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "domain"), ALL)
def test_sentences_are_short(language: str, domain: str) -> None:
    most = 12 if domain == CLIENTS else 14
    for key, entry in catalogue(language, domain).items():
        for part in (part for form in entry.forms for part in sentences(form)):
            assert len(part.split()) <= most, f"{key} in {language}: {part}"


@pytest.mark.parametrize(("language", "domain"), LIX)
def test_the_words_are_easy(language: str, domain: str) -> None:
    prose = {key: entry.forms[-1] for key, entry in catalogue(language, domain).items() if entry.is_prose}
    assert lix(list(prose.values())) <= LIX[language, domain]
    for key, text in prose.items():
        short = len(sentences(text)) < 3 or len(words_of(text)) < 7
        assert short or lix([text]) <= LIX_OF_ONE[language], f"{key}: {lix([text]):.0f}"


# --- plural forms ---------------------------------------------------------------------------------------------------


def spaceless(rule: str) -> str:
    return rule.replace(" ", "").rstrip(";")


@pytest.mark.parametrize(("language", "domain"), ALL)
def test_plural_forms_follow_the_rule_of_the_language(language: str, domain: str) -> None:
    rule = get_plural(language)
    assert spaceless(fields(language, domain)["Plural-Forms"]) == spaceless(rule.plural_forms)
    for entry in catalogue(language, domain).values():
        assert len(entry.forms) == (rule.num_plurals if entry.agrees_with else 1), entry.key


@pytest.mark.parametrize("language", languages())
def test_only_a_form_for_one_number_may_leave_it_out(language: str) -> None:
    for entry in catalogue(language).values():
        if not entry.agrees_with:
            continue
        numbers: dict[str, list[int]] = {}
        for number in range(201):
            numbers.setdefault(sentence(entry.key, language, number), []).append(number)
        assert set(numbers) == set(entry.forms), f"{entry.key}: a form that no number has"
        for form, taken in numbers.items():
            assert f"{{{entry.agrees_with}}}" in form or len(taken) == 1, f"{form} for {taken[:5]}"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "You can still make it. It takes about 0 minutes to get there."),
        (1, "You can still make it. It takes about 1 minute to get there."),
        (2, "You can still make it. It takes about 2 minutes to get there."),
        (21, "You can still make it. It takes about 21 minutes to get there."),
    ],
)
def test_words_agree_with_their_number(number: int, words: str) -> None:
    assert say(Text("wrong-site.in-time", {"minutes": number}), "en") == words


def test_words_agree_with_the_first_of_several_numbers() -> None:
    queue = [Text("walk-in.queue-minutes", {"waiting": n, "minutes": m}) for n, m in ((1, 20), (20, 1))]
    assert [say(one, "fi") for one in queue] == ["Jonossa 1 ihminen, noin 20 min", "Jonossa 20 ihmistä, noin 1 min"]


# --- dates, times, directions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "morning", "evening", "date", "day"),
    [
        ("fi", "9.05", "21.05", "5.11.", "maanantaina 23.11."),
        ("sv", "09:05", "21:05", "5.11", "måndag 23.11"),
        ("en", "9.05", "21.05", "05/11", "Monday 23/11"),
        ("ru", "09:05", "21:05", "05.11", "понедельник 23.11"),
        ("et", "09:05", "21:05", "5.11", "esmaspäev 23.11"),
        ("so", "09:05", "21:05", "5.11.", "Isniin 23.11."),
        ("ar", "09:05", "21:05", "5/11", "الاثنين 23/11"),
        ("uk", "09:05", "21:05", "05.11", "понеділок 23.11"),
        ("fa", "9:05", "21:05", "5.11.", "دوشنبه 23.11."),
        ("zh", "09:05", "21:05", "5.11.", "星期一 23.11."),
    ],
)
def test_times_and_dates_are_those_of_the_clock_and_the_letter(
    language: str, morning: str, evening: str, date: str, day: str
) -> None:
    assert (time_of_day(MORNING, language), time_of_day(EVENING, language)) == (morning, evening)
    assert date_in_figures(MORNING, language) == date
    weekday = say(Text("day.of", {"time": EVENING}), language) if language in languages() else None
    assert weekday is None or re.sub(r"[\u2068\u2069]", "", weekday) == day


@pytest.mark.parametrize(
    ("language", "way", "name"),
    [
        ("fi", "ltr", "Suomi"),
        ("sv", "ltr", "Svenska"),
        ("en", "ltr", "English"),
        ("ru", "ltr", "Русский"),
        ("et", "ltr", "Eesti"),
        ("so", "ltr", "Soomaali"),
        ("ar", "rtl", "العربية"),
        ("uk", "ltr", "Українська"),
        ("fa", "rtl", "فارسی"),
        ("zh", "ltr", "中文"),
    ],
)
def test_a_language_knows_its_direction_and_its_name(language: str, way: str, name: str) -> None:
    assert direction(language) == way
    assert autonym(language) == name
    assert {say(language_name(language), spoken) for spoken in languages()} == {name}


def test_a_language_that_nobody_knows_keeps_its_code() -> None:
    assert autonym("qqq") == "qqq"


# --- what a site and a new language bring ---------------------------------------------------------------------------


def test_names_fall_back_to_finnish_and_unknown_keys_do_not() -> None:
    assert say(named({"fi": "Odotusalue"}), "sv") == "Odotusalue"
    assert say(named({"fi": "Odotusalue", "sv": "Väntrum"}), "sv") == "Väntrum"
    assert say(named({}), "sv") == ""
    with pytest.raises(UnknownTextError):
        sentence("no.such-key", "fi")


def test_what_a_site_calls_itself_is_no_template() -> None:
    assert say(named({"fi": "{time} %s {0.__class__}"}), "fi") == "{time} %s {0.__class__}"


def installed() -> list[str]:
    return [path.name for path in CATALOGUES.iterdir() if source(path.name).is_file()]


def as_another(entries: Path, language: str) -> str:
    """The English catalogue under the name and the plural rule of another language."""
    rule = get_plural(language)

    def forms(match: re.Match[str]) -> str:
        return "".join(f"msgstr[{n}] {match[1] if n == 0 else match[2]}\n" for n in range(rule.num_plurals))

    text = entries.read_text().replace('"Language: en', f'"Language: {language}')
    text = re.sub(r"nplurals=\d+; plural=[^;]*;", lambda _: f"{rule};".replace(";;", ";"), text)
    return re.sub(r"msgstr\[0\] (.*)\nmsgstr\[1\] (.*)\n", forms, text)


@pytest.fixture
def with_new_languages(tmp_path: Path) -> Iterator[Path]:
    """An installation into which somebody dropped Ukrainian and Persian, and a folder that is no language."""
    shutil.copytree(CATALOGUES, tmp_path / "kiosk" / "locale")
    for language in ("uk", "fa", "qqq"):
        new = tmp_path / "kiosk" / "locale" / language / "LC_MESSAGES"
        new.mkdir(parents=True)
        spoken = "uk" if language == "qqq" else language
        (new / "kiosk.po").write_text(as_another(source("en"), spoken))
    (tmp_path / "kiosk" / "locale" / "ka").mkdir()
    compile_catalogues(tmp_path)
    with spoken_from(tmp_path / "kiosk" / "locale"):
        yield tmp_path


def test_a_new_language_is_a_folder_and_nothing_else(with_new_languages: Path) -> None:
    assert set(languages()) == {*installed(), "uk", "fa"}
    assert set(service_languages()) == set(READ_BY_STAFF)
    assert say(Text("confirm.heading"), "uk") == "Is this your appointment?"
    assert say(Text("day.of", {"time": EVENING}), "uk") == "понеділок 23.11"
    said = [say(Text("walk-in.queue", {"waiting": n}), "uk") for n in (1, 2, 5, 21)]
    assert said == ["1 person waiting", "2 people waiting", "5 people waiting", "21 person waiting"]


def test_staff_get_the_words_of_the_house_where_a_language_has_none_for_them(with_new_languages: Path) -> None:
    line = Text("staff.line", {"count": 2, "since": EVENING})
    assert say(line, "uk") == say(line, "fi")
    assert "21.05" in say(line, "uk")
    with pytest.raises(UnknownTextError):
        sentence("confirm.heading", "ka")


def test_data_keep_their_own_order_among_words_from_right_to_left(with_new_languages: Path) -> None:
    assert say(Text("contact.sentence", {"phone": "•• 67"}), "fa") == "Your number ends: \u2068•• 67\u2069"
    sit = Text("too-early.sit", {"place": {"fi": "Odotusalue B2"}})
    assert say(sit, "fa") == "You can wait here: \u2068Odotusalue B2\u2069."
    assert "\u2068" not in say(sit, "uk")
    assert say(Text("staff.line", {"count": 2, "since": EVENING}), "fa").isprintable()
    assert "\u2068" not in say(Text("staff.line", {"count": 2, "since": EVENING}), "fa")


def test_numbers_in_groups_stay_together_from_right_to_left() -> None:
    for language in languages():
        for key, entry in catalogue(language).items():
            apart = any(re.search(r"\d \d", form) for form in entry.forms)
            assert not apart or direction(language) == "ltr", f"{key} in {language}: use a no-break space"
