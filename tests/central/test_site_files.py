"""Sites as they are written: the examples, and what is refused with a word on the place."""

import re
import string
from typing import Any

import pytest

from central import site_files
from kiosk.checkin.site import Policy

WORDS = {"fi": "a", "sv": "b", "en": "c"}
SERVICE = {"id": "s", "name": WORDS, "area": "A1", "series": "S"}
HOURS = {"days": [1], "since": "08:00", "until": "16:00"}
NEIGHBOUR = {"id": "n", "name": WORDS, "address": WORDS, "minutes": 5}
SPAN = {"since": "2026-11-23T08:00:00+02:00", "until": "2026-11-23T16:00:00+02:00"}
BULLETIN = {"id": "b", "text": WORDS} | SPAN
LESS = {"fi": "a", "sv": "b"}


@pytest.mark.parametrize("name", site_files.EXAMPLES)
def test_the_example_sites_are_whole(name: str) -> None:
    rules, series = site_files.site(site_files.example(name))
    assert (rules.id, rules.zone, rules.languages[:3], series) == (name, "Europe/Helsinki", ["fi", "sv", "en"], "A")
    assert "dental" in {unit.id for unit in rules.units}
    assert "B2" in {area.id for area in rules.areas}
    assert all(area.directions for area in rules.areas)
    assert all(len(service.hours) for service in rules.services)
    assert len(rules.services) >= 3
    assert {one.id for one in rules.neighbours} == set(site_files.EXAMPLES) - {name}
    assert [portal.url for portal in rules.portals] == ["https://www.maisa.fi", "https://www.omaolo.fi"]
    assert "?" not in "".join(one.map_url for one in rules.neighbours)


def test_the_way_takes_as_long_in_both_directions_and_neighbours_have_their_own_names() -> None:
    sites = {name: site_files.site(site_files.example(name))[0] for name in site_files.EXAMPLES}
    for rules in sites.values():
        for one in rules.neighbours:
            [back] = [other for other in sites[one.id].neighbours if other.id == rules.id]
            assert (one.minutes, one.name) == (back.minutes, sites[one.id].name)


def test_kalasatama_asks_nothing_more_of_its_clients() -> None:
    rules, _ = site_files.site(site_files.example("kalasatama"))
    decided = rules.policy
    assert {decided.family, decided.contact_check, decided.desk_tickets, decided.names_practitioner} == {False}
    assert decided.failures == Policy().failures
    assert re.fullmatch(decided.code_pattern, "AJ-0000ABCD")
    ranks = {unit.id: unit.rank for unit in rules.units}
    assert ranks["measuring"] < ranks["laboratory"] < ranks["dental"]


def test_no_unit_is_named_for_what_nobody_should_read_off_a_screen() -> None:
    telling = re.compile(
        "psyk|mental|päihde|missbruk|substance|lastensuojelu|barnskydd|welfare serv|abuse", re.IGNORECASE
    )
    for name in site_files.EXAMPLES:
        rules, _ = site_files.site(site_files.example(name))
        words = [unit.id + " ".join(unit.name.values()) for unit in rules.units]
        assert not [word for word in words if telling.search(word)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"services": [SERVICE | {"name": LESS}]}, "service s has no words in en"),
        ({"services": [SERVICE | {"area": "Z9"}]}, "service s is in no area"),
        ({"services": [SERVICE | {"series": "A"}]}, "a series of its own"),
        ({"services": [SERVICE, SERVICE | {"id": "t"}]}, "a series of its own"),
        ({"services": [SERVICE, SERVICE | {"series": "T"}]}, "two services have one id"),
        ({"services": [SERVICE | {"hours": [HOURS | {"until": "08:00"}]}]}, "hours that never open"),
        ({"services": [SERVICE | {"hours": [HOURS | {"until": "29:00"}]}]}, "hours that never open"),
        ({"services": [SERVICE | {"hours": [HOURS | {"days": []}]}]}, "hours that never open"),
        ({"services": [SERVICE | {"hours": [HOURS | {"days": [8]}]}]}, "days"),
        ({"neighbours": [NEIGHBOUR | {"address": LESS}]}, "address of n has no words in en"),
        ({"neighbours": [NEIGHBOUR | {"way": LESS}]}, "way to n has no words in en"),
        ({"neighbours": [NEIGHBOUR | {"map_url": "javascript:x"}]}, "https"),
        ({"neighbours": [NEIGHBOUR | {"id": "kalasatama"}]}, "no neighbour of its own"),
        ({"bulletins": [BULLETIN | {"text": LESS}]}, "bulletin b has no words in en"),
        ({"bulletins": [BULLETIN | {"until": SPAN["since"]}]}, "ends before it begins"),
        ({"bulletins": [BULLETIN | {"severity": "loud"}]}, "severity is one of"),
        ({"bulletins": [BULLETIN | {"units": ["z"]}]}, "has no unit z"),
        ({"portals": [{"id": "p", "name": WORDS, "url": "http://example.invalid"}]}, "https"),
        ({"policy": {"call_back_services": ["z"]}}, "has no unit z"),
        ({"policy": {"code_pattern": "("}}, "no regular expression"),
        ({"policy": {"local_pattern": "["}}, "local_pattern is no regular expression"),
        ({"policy": {"code_pattern": "[0-9a-zA-Z:]{8,}"}}, "code_pattern would take identifiers of people"),
        ({"policy": {"failures": 0}}, "failures"),
        ({"zone": "Europe/Nowhere"}, "zone"),
        ({"series": "a"}, "series"),
        ({"extends": "nowhere"}, "no example is called nowhere"),
    ],
)
def test_what_is_wrong_is_refused_by_its_place(change: dict[str, Any], said: str) -> None:
    with pytest.raises(site_files.SiteFileError, match=said):
        site_files.site({"extends": "kalasatama"} | change)


def test_in_languages_that_the_staff_do_not_write_a_name_may_stay_as_it_is_on_the_door() -> None:
    rules, _ = site_files.site({"extends": "kalasatama", "languages": ["fi", "en", "ar", "so"]})
    assert rules.languages == ["fi", "en", "ar", "so"]
    with pytest.raises(site_files.SiteFileError, match="name has no words in ar"):
        site_files.site({"extends": "kalasatama", "languages": ["ar", "fi"]})


def test_a_site_may_be_another_one_with_a_difference() -> None:
    base, _ = site_files.site(site_files.example("kalasatama"))
    written = {"extends": "kalasatama", "series": "B", "policy": {"family": "true"}, "services": [SERVICE]}
    rules, series = site_files.site(written)
    assert (rules.id, series, rules.policy.family) == ("kalasatama", "B", True)
    assert rules.policy.call_back_services == base.policy.call_back_services, "mappings are merged"
    assert [service.id for service in rules.services] == ["s"], "lists are replaced"
    assert rules.units == base.units


def test_no_series_of_a_service_is_easily_misread() -> None:
    for name in site_files.EXAMPLES:
        rules, series = site_files.site(site_files.example(name))
        letters = {service.series for service in rules.services}
        assert letters <= set(string.ascii_uppercase) - {"I", "O", "Q", series}
