"""Floor plans as people draw them: what is read, what is refused and in which words, and the ways that are found."""

import itertools
from collections.abc import Sequence
from contextlib import suppress
from importlib.resources import files
from math import atan2, degrees, hypot
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from central import floor_plan, site_files
from central.cli import app
from central.floor_plan import DrawingError
from central.floor_plan.ways import Floor, Network, NoWayError, straightened
from kiosk.checkin.plan import UNITS, Landmark, Turn, turn
from kiosk.sync.messages import KioskStandMessage, PlanMessage, encode

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 200 100">'
WALLS = '<g id="walls-1"><path d="M0 0H200V100H0Z"/></g>'
WAYS = '<g id="ways-1"><path d="M50 80V50H150V30"/></g>'
KIOSK = '<path id="kiosk-k1" d="M50 80V72"/>'
AREA = '<rect id="area-A1" x="140" y="20" width="20" height="20"/>'


def drawing(*parts: str, head: str = HEAD, floor: str = "1") -> bytes:
    return f'{head}<g id="floor-{floor}">{"".join(parts)}</g></svg>'.encode()


def plan(*parts: str) -> PlanMessage:
    return floor_plan.read(drawing(*parts))


def example(name: str) -> PlanMessage:
    return floor_plan.read((files("central") / "sites" / f"{name}.svg").read_bytes())


def test_a_floor_with_one_area_is_read_whole() -> None:
    read = plan(WALLS, WAYS, KIOSK, AREA, '<text x="150" y="30">A1</text>', '<circle id="desk" cx="60" cy="60" r="2"/>')
    [floor], [stand] = read.floors, read.kiosks
    assert (floor.name, floor.width, floor.height) == ("1", UNITS, UNITS // 2)
    assert floor.walls == [[(0, 0), (1000, 0), (1000, 500), (0, 500), (0, 0)]]
    [place] = floor.places
    assert (place.area, place.sign, place.outline[0]) == ("A1", "A1", (700, 100))
    assert [(mark.kind, mark.at) for mark in floor.marks] == [(Landmark.DESK, (300, 300))]
    assert (stand.kiosk, stand.at, stand.looks) == ("k1", (250, 400), 0)
    [leg] = stand.ways["A1"]
    assert leg.line == [(250, 400), (250, 250), (750, 250), (750, 150)]
    assert stand.desk[0].line[-1] == (300, 300)


def test_layers_may_be_moved_scaled_and_nested_and_what_is_hidden_is_not_there() -> None:
    moved = f'<g transform="translate(7 9) scale(2)"><g>{WALLS}</g><g>{WAYS}</g></g>'
    rest = f'<g transform="translate(7,9)"><g transform="scale(2)">{KIOSK}{AREA}</g></g>'
    hidden = '<path id="kiosk-k2" d="M1 1V2" style="display:none"/><g style="display:none"><path d="M0 0H9000"/></g>'
    assert plan(moved, rest, hidden) == plan(WALLS, WAYS, KIOSK, AREA)


def test_curves_become_few_straight_pieces_that_lie_on_them() -> None:
    read = plan('<circle cx="100" cy="50" r="40"/>', WALLS, WAYS, KIOSK, AREA)
    [circle] = read.floors[0].details
    assert 12 < len(circle) < 60
    assert all(abs(hypot(x - 500, y - 250) - 200) <= 2 for x, y in circle)


SPACE = "x" * (1 << 20)
BROKEN_WAYS = '<g id="ways-1"><path d="M50 80V60M150 60V30"/></g>'
CROWD = [f'<path d="M0 {n % 100}L50 {n % 97}L80 {n % 83}"/>' for n in range(1500)]


@pytest.mark.parametrize(
    ("svg", "said"),
    [
        (b"", "no SVG"),
        (b"<html/>", "outermost element is not <svg>"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><g>', "no SVG: .* line 1"),
        (f"{HEAD}<!-- {SPACE} --></svg>".encode(), "larger than 1024 KiB"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + drawing(WALLS), "document type"),
        (b'<?xml-stylesheet href="http://example.invalid/x.css"?>' + drawing(WALLS), "xml-stylesheet"),
        (drawing("<script>alert(1)</script>"), "<script>"),
        (drawing('<image href="x.png"/>'), "<image>"),
        (drawing('<a href="#x"><path d="M0 0H1"/></a>'), "<a>"),
        (drawing('<use xlink:href="#floor-1"/>'), "<use>"),
        (drawing("<foreignObject/>"), "<foreignObject>"),
        (drawing('<path d="M0 0H1" onload="x()"/>'), "a script .onload"),
        (drawing('<linearGradient xlink:href="http://example.invalid/#g"/>'), "leads out of the file"),
        (drawing('<path d="M0 0H1" style="fill:url( \'http://example.invalid/a\')"/>'), "from outside"),
        (drawing("<style>@import 'x.css';</style>"), "takes in other files"),
        (drawing("<style>path{fill:u\\72l(x)}</style>"), "takes in other files"),
        (drawing("<style>path{fill:url(x.svg)}</style>"), "from outside"),
        (drawing("<g>" * 40 + "</g>" * 40), "too many parts"),
        (drawing('<path d="M0 0H1"/>' * 5001), "too many parts"),
        (f"{HEAD}<path d='M0 0H1'/></svg>".encode(), 'no floor: .*"floor-1"'),
        (drawing(), "floor 1 is empty"),
        (drawing(WALLS), "no kiosk stands on it"),
        (drawing(WALLS, KIOSK, AREA), "no line of the ways comes near kiosk-k1"),
        (drawing(WALLS, WAYS, KIOSK.replace("V72", "V80")), "kiosk-k1 must be one line"),
        (drawing(WALLS, WAYS, KIOSK, KIOSK, AREA), "kiosk-k1 is there twice"),
        (drawing(WALLS, WAYS, KIOSK, '<path id="area-A1" d="M140 20H160"/>'), "area-A1 must be one closed form"),
        (drawing(WALLS, WAYS, KIOSK, AREA.replace('"140"', '"20"')), "no line of the ways ends in area-A1"),
        (drawing(WALLS, WAYS, KIOSK, AREA.replace("A1", "A 1")), "cannot have"),
        (drawing(WALLS, WAYS, KIOSK, AREA, floor="ninth floor"), "cannot have"),
        (
            drawing('<g id="ways-1"><path d="M50 80V60M150 60V30"/></g>', WALLS, KIOSK, AREA),
            "no way leads from kiosk-k1",
        ),
        (
            drawing(*(f'<path d="M0 {n % 100}L50 {n % 97}L80 {n % 83}"/>' for n in range(1500)), WAYS, KIOSK, AREA),
            "points",
        ),
        (drawing('<path d="M0 0H1e999"/>', WALLS), "lies nowhere|cannot be understood"),
    ],
)
def test_what_is_wrong_is_said_in_words_for_whoever_drew_it(svg: bytes, said: str) -> None:
    with pytest.raises(DrawingError, match=said):
        floor_plan.read(svg)


@given(st.one_of(st.binary(max_size=200), st.text(max_size=80).map(lambda words: drawing(WALLS, WAYS, KIOSK, words))))
def test_nothing_but_a_drawing_error_comes_of_rubbish(svg: bytes) -> None:
    with suppress(DrawingError):
        floor_plan.read(svg)


@given(st.text("MmLlHhVvCcSsQqTtAaZz0123456789 .,-eE", max_size=60))
def test_any_path_is_read_or_refused(path: str) -> None:
    with suppress(DrawingError):
        encode(plan(WALLS, WAYS, KIOSK, AREA, f'<path d="{path}"/>'))


# --- ways -----------------------------------------------------------------------------------------------------------

TWO_FLOORS = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100">
<g id="floor-1"><g id="walls-1"><path d="M0 0H200V100H0Z"/></g>
  <g id="ways-1"><path d="M20 80H180"/></g><path id="kiosk-k1" d="M20 80V70"/>
  <rect id="lift-main" x="176" y="76" width="8" height="8"/>
  <rect id="stairs-east" x="36" y="76" width="8" height="8"/></g>
<g id="floor-2"><g id="walls-2"><path d="M0 0H200V100H0Z"/></g>
  <g id="ways-2"><path d="M20 80H180M100 80V40"/></g><rect id="area-B2" x="90" y="20" width="20" height="30"/>
  <rect id="lift-main.2" x="176" y="76" width="8" height="8"/>
  <rect id="stairs-east.2" x="36" y="76" width="8" height="8"/>
</g></svg>"""


def test_a_lift_is_taken_though_stairs_are_nearer() -> None:
    [stand] = floor_plan.read(TWO_FLOORS.encode()).kiosks
    first, second = stand.ways["B2"]
    assert (first.floor, first.line[-1], second.floor, second.line[0]) == (0, (900, 400), 1, (900, 400))
    assert second.line[-1] == (500, 200)


def test_stairs_are_taken_where_no_lift_leads() -> None:
    [stand] = floor_plan.read(TWO_FLOORS.replace("lift-main.2", "lift-other").encode()).kiosks
    assert [leg.line[-1] for leg in stand.ways["B2"]] == [(200, 400), (500, 200)]


def test_lines_join_where_they_cross_and_where_they_nearly_touch() -> None:
    network = Network([Floor("1", [[(0, 0), (100, 0)], [(50, -40), (50, 60)], [(50, 68), (90, 68)]])])
    start, end = network.attach(0, (0, 0), "a"), network.attach(0, (90, 68), "b")
    network.finished()
    assert network.ways(start).to([end]) == [(0, 0, 0), (0, 50, 0), (0, 50, 60), (0, 50, 68), (0, 90, 68)]


def test_what_stands_far_from_every_line_is_told() -> None:
    with pytest.raises(NoWayError, match="near the lamp"):
        Network([Floor("1", [[(0, 0), (100, 0)]])]).attach(0, (50, 90), "the lamp")


Spots = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=2, max_size=6, unique=True)


@given(st.lists(Spots, min_size=1, max_size=6))
def test_the_shortest_way_is_no_longer_than_along_the_line_that_was_drawn(lines: list[list[tuple[int, int]]]) -> None:
    network = Network([Floor("1", lines)])
    line = lines[0]
    start, end = (network.attach(0, spot, "it") for spot in (line[0], line[-1]))
    network.finished()
    way = network.ways(start).to([end])
    assert way is not None
    assert way[0] == start
    assert way[-1] == end
    assert length([spot[1:] for spot in way]) <= length(line) + 1e-6 + 0.3 * len(way)


@given(Spots, st.floats(0, 20))
def test_a_straightened_line_keeps_its_ends_and_strays_no_further(line: list[tuple[int, int]], loose: float) -> None:
    found = straightened(line, loose)
    assert (found[0], found[-1]) == (line[0], line[-1])
    assert set(found) <= set(line)


def length(line: Sequence[tuple[float, float]]) -> float:
    return sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(line))


# --- the examples ---------------------------------------------------------------------------------------------------


def stand_of(name: str) -> tuple[PlanMessage, KioskStandMessage]:
    read = example(name)
    [stand] = read.kiosks
    return read, stand


@pytest.mark.parametrize("name", site_files.EXAMPLES)
def test_each_example_leads_to_all_of_its_areas_and_to_the_desk(name: str) -> None:
    rules, _ = site_files.site(site_files.example(name))
    read, stand = stand_of(name)
    assert rules.plan == read
    assert set(stand.ways) == {area.id for area in rules.areas}
    assert stand.desk
    assert {place.sign for floor in read.floors for place in floor.places} == set(stand.ways)
    assert all(len(legs) == (1 if legs[-1].floor == 0 else 2) for legs in stand.ways.values())
    assert len(encode(read)) < 8000


@pytest.mark.parametrize("name", site_files.EXAMPLES)
def test_no_way_of_an_example_goes_through_a_wall(name: str) -> None:
    read, stand = stand_of(name)
    for area, legs in stand.ways.items():
        for leg in legs:
            crossed = [
                (wall, step)
                for line in read.floors[leg.floor].walls
                for wall in itertools.pairwise(line)
                for step in itertools.pairwise(leg.line)
                if crosses(*wall, *step)
            ]
            assert crossed == [], area


def crosses(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int], d: tuple[int, int]) -> bool:
    def side(p: tuple[int, int], q: tuple[int, int], r: tuple[int, int]) -> int:
        found = (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
        return (found > 0) - (found < 0)

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


WORDS_OF_TURNS = {"vasemmalle": "left", "oikealle": "right", "suoraan": "ahead"}


@pytest.mark.parametrize("name", site_files.EXAMPLES)
def test_the_words_about_a_lift_and_the_drawing_say_the_same(name: str) -> None:
    """Directions say where to turn out of the lift; on the plan that is the first turn after its door."""
    rules, _ = site_files.site(site_files.example(name))
    _, stand = stand_of(name)
    said = 0
    for area in rules.areas:
        out = area.directions["fi"].partition("hissiltä")[2]
        told = next((way for word, way in WORDS_OF_TURNS.items() if word in out), None)
        if told is None:
            continue
        line = stand.ways[area.id][-1].line
        looks = round(bearing(line[0], line[1]))
        begins = turn(tuple(line[1:]), looks) if len(line) > 2 else Turn.AHEAD
        assert begins.value == told, area.id
        said += 1
    assert said >= 1


def bearing(a: tuple[int, int], b: tuple[int, int]) -> float:
    return degrees(atan2(b[0] - a[0], a[1] - b[1])) % 360


def test_a_plan_may_name_no_area_that_the_site_lacks() -> None:
    written = site_files.example("kalasatama")
    assert isinstance(written, dict)
    fewer = written | {"areas": [area for area in written["areas"] if area["id"] != "C3"]}
    with pytest.raises(site_files.SiteFileError, match="plan: kalasatama has no area C3"):
        site_files.site(fewer)


def test_a_file_of_a_site_has_its_drawing_beside_it(tmp_path: Path) -> None:
    folder, there = files("central") / "sites", tmp_path
    (there / "own.yaml").write_text("extends: kalasatama\nplan: own.svg\n")
    with pytest.raises(site_files.SiteFileError, match=r"own\.svg: No such file"):
        site_files.from_file(there / "own.yaml")
    (there / "own.svg").write_bytes((folder / "kalasatama.svg").read_bytes().replace(b"kiosk-kiosk-1", b"kiosk-lobby"))
    rules, _ = site_files.site(site_files.from_file(there / "own.yaml"))
    assert rules.plan is not None
    assert [one.kiosk for one in rules.plan.kiosks] == ["lobby"]
    (there / "own.svg").write_bytes(b"<svg/>")
    with pytest.raises(site_files.SiteFileError, match=r"own\.svg: it is no SVG"):
        site_files.from_file(there / "own.yaml")


def test_the_command_lists_the_ways_or_says_what_is_wrong() -> None:
    path = str(files("central") / "sites" / "vuosaari.svg")
    done = CliRunner().invoke(app, ["plan", path])
    assert done.exit_code == 0, done.output
    assert all(word in done.output for word in ("kiosk-1", "B1", "1 → 3", "the desk", Turn.AHEAD_RIGHT))
    assert CliRunner().invoke(app, ["plan", f"{path}.none"]).exit_code == 1
