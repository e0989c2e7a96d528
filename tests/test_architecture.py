"""The import lattice: who may know whom. Each failure names the rule that was broken and what to do."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

SHARED = {"kiosk.sync.messages", "kiosk.sync.site_rules"}
"""Of the line to the centre, what both sides share."""

ROOMS = {
    # room: (the rooms of this house that it may know, the libraries that only it may know besides the standard one)
    "kiosk.checkin": {"kiosk.checkin"},
    "kiosk.ports": {"kiosk.checkin"},
    "kiosk.texts": {"kiosk.texts", "kiosk.checkin"},
    "kiosk.clock": set(),
    "kiosk.config": set(),
    "kiosk.logs": set(),
    "kiosk.forgetting": set(),
    "kiosk.notify": set(),
    "kiosk.pulses": set(),
    "kiosk.wake": {"kiosk.ports"},
    "kiosk.service_code": {"kiosk.checkin"},
    "kiosk.service_desk": {"kiosk.ports", "kiosk.checkin", "kiosk.service_code"},
    "kiosk.attendant": {"kiosk.ports", "kiosk.checkin", "kiosk.service_desk", "kiosk.data_look"},
    "kiosk.data_look": {"kiosk.ports", "kiosk.checkin"},
    "kiosk.ui": {"kiosk.ui", "kiosk.ports", "kiosk.checkin"},
    "kiosk.devices": {"kiosk.devices", "kiosk.ports", "kiosk.checkin"},
    "kiosk.sync": {"kiosk.sync", "kiosk.ports", "kiosk.checkin"},
    # It must work where nothing else of the kiosk does.
    "kiosk.updating": {"kiosk.updating"},
    "kiosk.offline": {"kiosk.offline", "kiosk.ports", "kiosk.checkin"},
    "kiosk.diagnostics": {"kiosk.diagnostics", "kiosk.ports", "kiosk.checkin", "kiosk.texts"},
    "kiosk.composition": {"kiosk"},
    "kiosk.scenario": {"kiosk"},
    "kiosk.cli": {"kiosk"},
    "kiosk.start": {"kiosk"},
    "kiosk.__main__": {"kiosk.start"},
    "kiosk": set(),
    "central.pages": {"central", *SHARED, "kiosk.checkin", "kiosk.clock", "kiosk.logs", "kiosk.texts"},
    "central": {"central", *SHARED, "kiosk.checkin", "kiosk.clock", "kiosk.logs", "kiosk.notify"},
}
"""A room is the longest key that a module's name starts with."""

ONLY_IN = {
    "PySide6": {"kiosk.ui"},
    "serial": {"kiosk.devices"},
    "escpos": {"kiosk.devices"},
    "evdev": {"kiosk.devices"},
    "smartcard": {"kiosk.devices"},
    "usb": {"kiosk.devices"},
    "argon2": {"kiosk.service_code"},
    "PIL": {"kiosk.devices", "kiosk.scenario", "central.site_photo"},
    "svgelements": {"central.floor_plan.drawing"},
    "sqlite3": {"kiosk.offline"},
    "sqlcipher3": {"kiosk.offline", "central.store"},
    "sqlite_utils": {"kiosk.offline"},
    "sqlalchemy": {"central.store"},
    "alembic": {"central.store"},
    "prometheus_client": {"central.metrics"},
    "requests": {"kiosk.sync.client", "central.ehr.fhir.client", "central.people.oidc"},
    "authlib": {"central.people.oidc"},
    "jinja2": {"central.pages.templates"},
    "urllib3": {"kiosk.sync.client", "central.ehr.fhir.client"},
    "hl7": {"central.ehr.hl7.message"},
    "starlette": {"central"},
    "uvicorn": {"central"},
    "babel": {"kiosk.texts", "central.pages.words"},
    "gettext": {"kiosk.texts", "central.pages.words"},
}
"""A library that only these rooms may import."""

PURE = {"stdnum", "kiosk", "zoneinfo"}
IMPURE = {"os", "socket", "subprocess", "threading", "time", "random", "secrets", "logging", "asyncio", "pathlib"}
"""Of the standard library, what the rules must not touch: time and randomness come in as arguments."""


def modules() -> Iterator[tuple[str, Path]]:
    for package in ("kiosk", "central"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            module = node.module or ""
            # "from kiosk.checkin import visit" means the module kiosk.checkin.visit.
            yield from (f"{module}.{alias.name}" for alias in node.names)


def within(name: str, rooms: set[str]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def room_of(module: str) -> str:
    return max((room for room in ROOMS if within(module, {room})), key=len)


@pytest.mark.parametrize(("module", "path"), [pytest.param(*found, id=found[0]) for found in modules()])
def test_a_room_knows_only_the_rooms_it_may(module: str, path: Path) -> None:
    room = room_of(module)
    for name in imports(path):
        if name.split(".")[0] in ("kiosk", "central") and name not in ("kiosk", "central"):
            allowed = ROOMS[room]
            # "from kiosk import logs" reads as kiosk.logs; the package itself holds nothing.
            assert within(name, allowed), (
                f"{module} imports {name}. Rule: {room} may know only {', '.join(sorted(allowed)) or 'no room'}. "
                f"Fix: let kiosk.composition hand it in through a Protocol of kiosk.ports."
            )


@pytest.mark.parametrize(("module", "path"), [pytest.param(*found, id=found[0]) for found in modules()])
def test_a_library_stays_in_its_room(module: str, path: Path) -> None:
    for name in imports(path):
        homes = ONLY_IN.get(name.split(".")[0])
        assert homes is None or within(module, homes), (
            f"{module} imports {name}. Rule: only {', '.join(sorted(homes or ()))} may. "
            f"Fix: put the code that needs it there, behind a name of that room."
        )


@pytest.mark.parametrize(
    ("module", "path"),
    [pytest.param(*found, id=found[0]) for found in modules() if found[0].startswith("kiosk.checkin")],
)
def test_the_rules_are_pure(module: str, path: Path) -> None:
    import sys

    for name in imports(path):
        top = name.split(".")[0]
        assert top in PURE or (top in sys.stdlib_module_names and top not in IMPURE), (
            f"{module} imports {name}. Rule: the rules use the standard library and python-stdnum, and no clock, "
            f"chance or world of their own. Fix: take what is needed as an argument."
        )


def test_qt_is_never_imported_by_the_sync_process() -> None:
    import subprocess
    import sys

    code = "import kiosk.composition.sync, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {"PySide6", "serial", "escpos", "PIL"}


def test_no_file_names_a_person_outside_the_test_range() -> None:
    import re

    code = re.compile(r"\b[0-3][0-9][01][0-9]{3}[-+A-FU-Y][0-8][0-9]{2}[0-9A-FHJ-NPR-Y]\b")
    for folder in ("kiosk", "central", "tests", "docs", "scenarios", "benchmarks"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".py", ".md", ".yaml", ".json", ".csv", ".qml", ".po"):
                found = code.search(path.read_text())
                assert found is None, f"{path}: {found} is not in the range 900-999"
