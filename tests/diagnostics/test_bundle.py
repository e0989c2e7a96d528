"""The support bundle is free of anybody: people are planted in every source first, and then looked for everywhere."""

import base64
import gzip
import io
import json
import os
import stat
import subprocess
import tarfile
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.checkin.facts import FactKind
from kiosk.config import load
from kiosk.diagnostics import bundle_machine
from kiosk.diagnostics.bundle import Log, Piece, pack
from kiosk.diagnostics.redaction_words import Words
from kiosk.offline.journal import SqlJournal
from tests.diagnostics.doctor_rig import MORNING, Centre, Examined
from tests.example_site import ENROLMENT, SITE

CODES = ("010594Y9032", "010594-9021", "020594X903P", "020504A902E")
SATU = "99900001N"
NAMES = ("Testi Tähtinen", "Tähtinen", "Tahtinen", "Testi Tea", "TESTI<<TEA")
PHONES = ("+358401234567", "040 123 4567", "0401234567", "09-123 4567")
MAILS = ("testi.tahtinen@example.com",)
SECRETS = (
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEH",
    "eyJhbGciOiJFUzM4NCJ9.eyJzdWIiOiJraW9zay0xIn0.c2lnbmF0dXJl",
    "cafe" * 16,
)
MRZ = "I<FINXA12345679010594Y9032<<<<\n9405011F3001019FIN<<<<<<<<<<<9\nTESTI<<TEA<<<<<<<<<<<<<<<<<<<<"


def spelled(code: str) -> list[str]:
    """One code in the ways in which it may turn up."""
    sign = code[:6] + "-" + code[7:]
    return [code, code.lower(), f"{code[:6]} {code[6:]}", code[:6] + code[7:], ".".join(code), sign.replace("-", "–")]


PLANTED = list(
    dict.fromkeys([*(form for code in CODES for form in spelled(code)), SATU, *NAMES, *PHONES, *MAILS, *SECRETS])
)
"""What goes in."""
NUMBERS = (105949032, 105949021, 401234567, 358401234567)
"""What goes in as numbers, which have no zeros in front."""


def needles() -> dict[str, bytes]:
    """What must not come out, in several encodings; each by a name that says nothing itself."""
    found: dict[str, bytes] = {}
    for number, text in enumerate([*PLANTED, *MRZ.splitlines(), *(code[::-1] for code in CODES), *map(str, NUMBERS)]):
        for encoding in ("utf-8", "latin-1", "utf-16-le", "utf-16-be"):
            if encoding != "latin-1" or text.isascii() or "–" not in text:
                found[f"{number} {encoding}"] = text.encode(encoding, "ignore")
        raw = text.encode()
        found[f"{number} hex"] = raw.hex().encode()
        found[f"{number} HEX"] = raw.hex().upper().encode()
        found[f"{number} json"] = json.dumps(text)[1:-1].encode()
        for shift in range(3):
            # Whatever stands before it moves the letters of base64.
            packed = base64.b64encode(b"x" * shift + raw)[4 if shift else 0 : -4]
            if len(packed) >= 8:
                found[f"{number} base64 {shift}"] = packed
    return {name: needle for name, needle in found.items() if len(needle) >= 8}


def bare(text: str) -> str:
    """Letters and digits alone, in upper case."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text))).upper()


def layers(content: bytes, depth: int = 3) -> Iterator[bytes]:
    """A content, and all that can be unpacked from it."""
    yield content
    if depth == 0:
        return
    for open_it in (gzip.decompress, zlib.decompress, lambda raw: base64.b64decode(raw, validate=True)):
        try:
            inner = open_it(content.strip())
        except (OSError, EOFError, zlib.error, ValueError):
            continue
        yield from layers(inner, depth - 1)
    for token in {word.strip(b'",:[]{}') for word in content.split()}:
        if len(token) >= 12:
            try:
                yield base64.b64decode(token, validate=True)
            except ValueError:
                continue


def search(archive: bytes) -> list[str]:
    """Where anything that was planted is found."""
    found: list[str] = []
    wanted = needles()
    codes = [bare(code) for code in CODES] + [code[:6] + code[7:] for code in CODES]
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        for member in opened:
            file = opened.extractfile(member)
            assert file is not None
            for layer in (member.name.encode(), *layers(file.read())):
                found += [f"{member.name}: {name}" for name, needle in wanted.items() if needle in layer]
                letters = bare(layer.decode("utf-8", "ignore"))
                found += [f"{member.name}: a code among letters" for code in codes if code in letters]
    return found


def test_the_search_itself_finds_what_is_hidden_well() -> None:
    hidden = base64.b64encode(gzip.compress("say 010594Y9032 again".encode("utf-16-le")))
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for name, content in {
            "one": hidden,
            "two": b"0 1 0 5 9 4 - 9 0 2 1",
            "three": b'{"a": "VGVzdGkgVMOkaHRpbmVu"}',
            "four": b"T\\u00e4htinen",
            "five": "Tähtinen".encode("latin-1"),
        }.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    assert {line.partition(":")[0] for line in search(target.getvalue())} == {"one", "two", "three", "four", "five"}


# --- planting -------------------------------------------------------------------------------------------------------


def log_lines(process: str) -> list[str]:
    """Lines of both processes in many shapes, as they might one day be written by mistake."""
    made: list[object] = []
    for text in [*PLANTED, MRZ]:
        made += [
            {"process": process, "event": text},
            {"process": process, "event": "scan_read", "symbology": text, "length": 11},
            {"process": process, "event": "failed", "error": f"nothing goes with {text}", text: 1},
            {"process": process, "event": "fault_came", "code": "printer-gone", "detail": {"name": text, "x": [text]}},
            {
                "event": "attendant_failed",
                "exception": [{"exc_type": text, "exc_value": text, "frames": [crash(text)]}],
            },
            {"event": "print_ended", "job": text, "outcome": list(text), "reason": [ord(letter) for letter in text]},
            {"event": base64.b64encode(text.encode()).decode(), "detail": text.encode().hex(), "seq": text[::-1]},
        ]
    made += [{"event": "fact_settled", "seq": number, "seconds": number / 10} for number in NUMBERS]
    lines = [json.dumps(one) for one in made] + [json.dumps(one, ensure_ascii=False) for one in made]
    for text in PLANTED:
        lines += [
            f"qt.qpa.plugin: {text}",
            f'Traceback (most recent call last):\n  File "/home/{text}/kiosk.py", line 1\nValueError: {text}',
            f'{{"event": "started", "kiosk": "{text}"',
            text,
        ]
    return [json.dumps({"event": "started", "process": process, "seq": 4711}), *lines]


def crash(text: str) -> dict[str, object]:
    return {"filename": f"/srv/{text}.py", "lineno": 7, "name": text, "locals": {"claim": text}}


CONFIG = """# Kone on Testi Tähtisen, 010594Y9032, puh. 040 123 4567
state = "{state}"
run = "{run}"
language = "en"

[scanner]
port = "/dev/serial/by-id/usb-Testi_Tahtinen_010594Y9032-if00"

[printer]  # testi.tahtinen@example.com
transport = "tcp"
address = "Testi-Tahtinen.example:9100"

[help]
sound = "Testi Tähtinen"
relay = {{ port = "/dev/ttyUSB0", on = "{secret}", off = "99900001" }}

[card]
issuers = ["/etc/kiosk/Testi Tähtinen 010594-9021.pem"]
reader = "020594X903P"

[support]
logs = ["{log}"]
"""


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[Examined]:
    folder = tmp_path / "centre"
    folder.mkdir()
    with Centre(folder) as centre:
        centre.seed(("A1", CODES[0], "09:00"))
        examined = Examined(tmp_path, centre)
        examined.enrol()
        plant_in_config(examined)
        plant_in_database(examined)
        plant_in_folders(examined)
        yield examined


def plant_in_config(examined: Examined) -> None:
    log = examined.folder / "Testi Tähtinen 010594Y9032.log"
    log.write_text("\n".join(log_lines("screen")))
    config = examined.config
    written = CONFIG.format(state=config.state, run=config.run, secret="cafe" * 16, log=log)
    examined.file.write_text(written)
    load(examined.file)


def plant_in_database(examined: Examined) -> None:
    with examined.database() as connection:
        journal = SqlJournal(connection, site=lambda: SITE, enrolment=ENROLMENT, clock=examined.clock)
        for text in PLANTED:
            fact = journal.note(FactKind.PRINT_FAILED, {text: text, "arrival": text})
            row = (fact.seq, "refused", text, text, MORNING.isoformat())
            connection.execute("INSERT INTO receipt (fact, verdict, id, reason, at) VALUES (?, ?, ?, ?, ?)", row)
            connection.execute("INSERT INTO unread (appointment) VALUES (?)", (text,))
            connection.execute("INSERT INTO annulled (fact) VALUES (?)", (text,))
        fact = journal.note(FactKind.PRINT_FAILED, {})
        connection.execute("UPDATE fact SET kind = ?, id = ? WHERE seq = ?", (NAMES[0], CODES[0], fact.seq))
        connection.execute(f'CREATE TABLE "{NAMES[0]} {CODES[0]}" (x)')


def plant_in_folders(examined: Examined) -> None:
    for folder in (examined.config.state, examined.config.run):
        for number, text in enumerate(PLANTED):
            (folder / text.replace("/", "_").replace("\n", " ")).write_text(text)
            (folder / f"health-{number}-{CODES[0]}.json").write_text(text)
    standing = [{"code": text, "since": text, "sources": [text]} for text in PLANTED]
    for folder in (examined.config.state, examined.config.run):
        for process in ("screen", "sync"):
            content = {"pid": 358401234567, "moment": CODES[0], "standing": standing, **dict.fromkeys(PLANTED, 1)}
            (folder / f"health-{process}.json").write_text(json.dumps(content))


def journal_with(lines: list[str], folder: Path) -> Path:
    """A ``journalctl`` that has these lines, whatever units it is asked for."""
    (folder / "lines").write_text("\n".join(lines))
    command = folder / "journalctl"
    command.write_text(f'#!/bin/sh\nexec cat "{folder / "lines"}"\n')
    command.chmod(0o755)
    return command


def bundled(examined: Examined, *arguments: str, **environment: str) -> tuple[subprocess.CompletedProcess[str], bytes]:
    out = examined.folder / "bundle.tar.gz"
    done = examined.kiosk("support-bundle", "--out", str(out), *arguments, **environment)
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    return done, out.read_bytes()


def members(archive: bytes) -> dict[str, str]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        found: dict[str, str] = {}
        for member in opened:
            file = opened.extractfile(member)
            assert file is not None
            found[member.name.removeprefix("kiosk-support/")] = file.read().decode()
        return found


def test_people_planted_in_every_source_are_in_no_file_of_the_bundle(planted: Examined, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    journal_with(log_lines("sync"), tools)
    more = tmp_path / f"{NAMES[0]}.log"
    more.write_bytes("\n".join(log_lines("screen")).encode("utf-16"))
    latin = tmp_path / "latin.log"
    latin.write_bytes("\n".join(log_lines("screen")).encode("latin-1", "replace"))
    environment = {f"KIOSK_{number}": text for number, text in enumerate(PLANTED)}
    environment |= {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "TZ": "Europe/Helsinki",
        "USER": NAMES[0],
        CODES[0]: CODES[0],
    }
    done, archive = bundled(planted, "--log", str(more), "--log", str(latin), **environment)
    assert search(archive) == []
    inside = members(archive)
    assert set(inside) == {
        *("README.txt", "manifest.json", "doctor.json", "versions.json", "config.json", "health.json"),
        *("database.json", "devices.json", "files.json", "environment.json"),
        *("logs/journal.jsonl", "logs/file-1.jsonl", "logs/file-2.jsonl", "logs/file-3.jsonl"),
    }
    # It is empty of people, and not empty: each source was read.
    assert json.loads(inside["manifest.json"])["withheld"] == []
    assert json.loads(inside["database.json"])["rows"]["fact"] > len(PLANTED)
    assert len(inside["logs/journal.jsonl"].splitlines()) > 500
    assert '"process": "sync", "seq": 4711' in inside["logs/journal.jsonl"]
    assert '"event": "fault_came", "code": "printer-gone"' in inside["logs/file-1.jsonl"]
    assert len(json.loads(inside["files.json"])["state"]) > len(PLANTED)
    assert json.loads(inside["environment.json"])["TZ"] is True
    assert json.loads(inside["config.json"])["printer"]["transport"] == "tcp"
    assert json.loads(inside["config.json"])["help"]["relay"]["port"] == "/dev/ttyUSB0"
    for text in PLANTED:
        assert text not in done.stdout.replace(str(planted.folder), "")


def test_a_bundle_tells_what_is_needed(planted: Examined) -> None:
    done, archive = bundled(planted, PATH="/usr/bin")
    inside = members(archive)
    assert "bundle.tar.gz" in done.stdout
    doctor = json.loads(inside["doctor.json"])
    assert (doctor["version"], doctor["kiosk"], doctor["site"], doctor["light"]) == (1, "k1", "kalasatama", "red")
    assert doctor["lines"][3]["measured"]["sqlite"] == json.loads(inside["versions.json"])["sqlite"]
    versions = json.loads(inside["versions.json"])
    assert any(line.startswith("structlog ") for line in versions["packages"])
    assert versions["system"]["kernel"] == os.uname().release
    files = {one["file"]: one for one in json.loads(inside["files.json"])["state"]}
    assert files["database.key"]["mode"] == 0o600
    assert files["kiosk.db"]["bytes"] > 4096
    manifest = json.loads(inside["manifest.json"])
    assert manifest["files"]["config.json"]["hidden"] >= 8


def test_a_machine_without_anything_gives_a_bundle_too(tmp_path: Path) -> None:
    examined = Examined(tmp_path)
    examined.file.write_text("this is no configuration")
    _, archive = bundled(examined, "--log", str(tmp_path / "nothing.log"), PATH="/usr/bin")
    assert json.loads(members(archive)["doctor.json"])["lines"][0]["state"] == "out-of-order"
    assert members(archive)["logs/file-1.jsonl"] == ""


def test_device_texts_are_never_told(tmp_path: Path) -> None:
    usb = tmp_path / "usb" / "1-1"
    usb.mkdir(parents=True)
    told = {"idVendor": "0c2e", "idProduct": "0b61", "bDeviceClass": "02", "bcdDevice": "0100"}
    for name, text in {**told, "product": NAMES[0], "serial": CODES[0], "manufacturer": SATU}.items():
        (usb / name).write_text(text + "\n")
    odd = tmp_path / "usb" / CODES[1]
    odd.mkdir()
    (odd / "idVendor").write_text(CODES[1])
    assert bundle_machine.usb(tmp_path / "usb") == [told]
    listed = tmp_path / "devices"
    listed.write_text(
        f'I: Bus=0003 Vendor=0c2e Product=0b61 Version=0110\nN: Name="{NAMES[0]}"\nU: Uniq={CODES[0]}\n'
        "H: Handlers=sysrq kbd event3 leds\n\nI: Bus=0018 Vendor=04f3 Product=2234 Version=0100\n"
    )
    assert bundle_machine.inputs(listed) == [
        {"bus": "0003", "vendor": "0c2e", "product": "0b61", "event": "3"},
        {"bus": "0018", "vendor": "04f3", "product": "2234"},
    ]
    (tmp_path / "drm" / "card0-HDMI-A-1").mkdir(parents=True)
    (tmp_path / "drm" / "card0-HDMI-A-1" / "status").write_text("connected\n")
    (tmp_path / "drm" / NAMES[0]).mkdir()
    (tmp_path / "drm" / NAMES[0] / "status").write_text("connected\n")
    assert bundle_machine.displays(tmp_path / "drm") == {"card0-HDMI-A-1": "connected"}


def test_what_would_still_name_somebody_is_withheld() -> None:
    # Words that somebody allowed by mistake: the last look finds them all the same.
    words = Words(frozenset({"event", CODES[0]}))
    packed = pack([Piece("one.json", {"event": CODES[0]})], [Log("logs/two.jsonl", ['{"event": "x"}'])], words, MORNING)
    inside = members(packed.archive)
    assert inside["one.json"] == '{"withheld": true}\n'
    assert json.loads(inside["manifest.json"])["withheld"] == ["one.json"]
    assert search(packed.archive) == []
