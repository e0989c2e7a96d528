"""Which tests one worker of pytest-xdist runs one after the other: those that share what takes long to set up.

The mark ``xdist_group`` would say it at the tests, but pytest-xdist 3.8 writes it to a field that pytest 9.2 no longer
reads: the mark does nothing, and says nothing.
"""

import re

from xdist.scheduler import LoadScopeScheduling

SHARING = re.compile(
    r"""tests/scenario/test_faults\.py::test_a_fault_is_named_survived_and_healed\[[a-z]+(?=-)  # a stage of one kind
    | tests/line/test_faults\.py(?=::)
    | tests/accessibility/test_tree\.py(?=::)""",
    re.VERBOSE,
)


def share(node: str) -> str:
    """What a test shares, or the test itself where it shares nothing."""
    found = SHARING.match(node)
    return node if found is None else found[0]


class Together(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out first what most tests share, then each of the others to the next free worker."""

    def _split_scope(self, nodeid: str) -> str:
        return share(nodeid)
