"""The order in which a keypad goes through a page: pure, and for every page."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.keypad.order import beside, in_order, remaining
from tests.ui.every_page import every_page, frame_in

PAGES = every_page("en")
NAMES = st.lists(st.sampled_from(list("abcdefgh")), unique=True)


@given(st.sampled_from(sorted(PAGES)), st.randoms(use_true_random=False))
def test_each_control_comes_once_however_the_screen_draws_them(name: str, chance: object) -> None:
    page, frame = PAGES[name], frame_in("en")
    found = [
        *(f"choice:{one.id}" for one in page.choices),
        *(f"language:{code}" for code, _ in frame.languages),
        *(f"choice:{one.id}" for one in frame.switches),
        "choice:call-staff",
        "leaf:on",
    ]
    drawn = found[:]
    chance.shuffle(drawn)  # type: ignore[attr-defined]
    order = in_order([*drawn, *drawn], page, frame)
    assert sorted(order) == sorted(set(found))
    own = [one for one in order if one in {f"choice:{choice.id}" for choice in page.choices}]
    assert own == list(dict.fromkeys(f"choice:{choice.id}" for choice in page.choices))
    assert order.index("choice:call-staff") >= len(set(own))


@given(NAMES, st.sampled_from("abcdefgh"))
def test_up_undoes_down_and_a_round_ends_where_it_began(order: list[str], name: str) -> None:
    if name in order:
        assert beside(beside(name, 1, order), -1, order) == name
        here = name
        for _ in order:
            here = beside(here, 1, order)
        assert here == name
    else:
        assert beside(name, 1, order) == beside(name, -1, order) == (order[0] if order else "")


@given(NAMES, NAMES, st.sampled_from("abcdefgh"))
def test_a_cursor_stands_on_something_as_long_as_there_is_anything(
    before: list[str], after: list[str], name: str
) -> None:
    to = remaining(name, before, after)
    if name in after:
        assert to == name
    elif name in before and after:
        assert to in after
    else:
        assert to == ""


def test_whoever_stood_on_a_key_stands_on_a_key() -> None:
    assert remaining("key:2", ["key:1", "key:2", "choice:back"], ["key:A", "key:B", "choice:back"]) == "key:A"
    assert remaining("key:2", ["key:1", "key:2", "key:3"], ["key:1", "key:3", "choice:back"]) == "key:3"
    assert remaining("key:2", ["key:2", "choice:back"], ["choice:ready", "choice:back"]) == "choice:back"
