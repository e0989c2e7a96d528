"""``kiosk doctor`` as technicians give it: the real command against real devices, a real centre and real databases."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.checkin import faults
from kiosk.checkin.configuration import Version
from kiosk.checkin.facts import FactKind
from kiosk.checkin.health import Trouble
from kiosk.clock import SystemClock
from kiosk.composition.doctor_devices import looks
from kiosk.config import Config, SpeechConfig
from kiosk.devices.simulated.printer import VirtualPrinter
from kiosk.devices.simulated.scanner import VirtualScanner
from kiosk.diagnostics.check import Finding
from kiosk.diagnostics.doctor import ORDER, told
from kiosk.diagnostics.record import Record
from kiosk.offline.journal import SqlJournal
from kiosk.offline.roster import SqlRosterStore
from kiosk.offline.vault import DATABASE, KEY_FILE
from kiosk.ports import News
from kiosk.texts import languages, sentence
from tests.diagnostics.doctor_rig import MORNING, Centre, Examined
from tests.example_site import ENROLMENT, NOW, SITE

PERSON = "010594Y9032"


@pytest.fixture
def bare(tmp_path: Path) -> Examined:
    return Examined(tmp_path)


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    folder = tmp_path / "centre"
    folder.mkdir()
    with Centre(folder) as running:
        running.seed(("A1", PERSON, "09:00"), ("A2", "020594X903P", "09:30"))
        yield running


@pytest.fixture
def enrolled(tmp_path: Path, centre: Centre) -> Examined:
    examined = Examined(tmp_path, centre)
    examined.enrol()
    return examined


def said(code: str, what: str = "sentence", language: str = "en") -> str:
    return sentence(f"fault.{code}.{what}", language)


def flat(table: str) -> str:
    """The words of a table, however it broke its lines."""
    return " ".join(table.replace("│", " ").split())


def test_a_healthy_kiosk_is_examined_in_less_than_four_seconds(enrolled: Examined) -> None:
    enrolled.configure(printer=9, scanner="/nowhere")
    with enrolled.running("screen", "sync"):
        seen = enrolled.examine()
    assert seen.report["seconds"] < 4
    assert (seen.code, seen.report["light"], seen.report["kiosk"], seen.report["site"]) == (
        0,
        "green",
        "k1",
        "kalasatama",
    )
    assert [line["name"] for line in seen.report["lines"]] == list(ORDER)
    assert [line["number"] for line in seen.report["lines"]] == list(range(1, len(ORDER) + 1))
    assert seen.line("roster")["measured"]["appointments"] == 2
    # This one was enrolled, and nobody has drawn where it stands.
    assert seen.line("roster")["measured"]["plan"] is False
    assert seen.line("clock")["measured"]["offset_seconds"] == pytest.approx(0, abs=10)
    # What the running kiosk holds is not opened: neither the closed port nor the missing path is noticed.
    assert [seen.line(name)["source"] for name in ("scanner", "printer", "database")] == ["told", "told", "looked"]
    assert 0 <= seen.line("printer")["age"] < 10


def test_the_running_kiosk_tells_and_the_table_says_so(enrolled: Examined) -> None:
    enrolled.configure(printer=9)
    with enrolled.running("screen", "sync") as boards:
        boards["screen"].tell("printer", ["printer-paper-out"])
        boards["sync"].tell("line", ["facts-waiting"])
        boards["screen"].keep()
        boards["sync"].keep()
        seen = enrolled.examine()
        table = flat(enrolled.kiosk("doctor").stdout)
        finnish = flat(enrolled.kiosk("doctor", "--language", "fi").stdout)
    assert seen.code == 1
    assert seen.codes("printer") == ["printer-paper-out"]
    assert seen.codes("facts") == ["facts-waiting"]
    assert said("printer-paper-out").split()[0] in table
    assert "degraded" in table
    assert "Told by the running kiosk" in table
    assert "14" in table
    assert "vajaa" in finnish


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_printer_alone_is_out_of_paper_and_says_what_to_do(bare: Examined, language: str) -> None:
    with VirtualPrinter() as printer:
        bare.configure(printer=printer.port)
        assert bare.examine("printer").code == 0
        printer.paper_out()
        done = bare.kiosk("doctor", "printer", "--language", language)
    assert done.returncode == 1
    for what in ("sentence", "action"):
        for word in said("printer-paper-out", what, language).split():
            assert word in done.stdout


def _voice_of(speech: SpeechConfig | None) -> Finding | None:
    device = looks(Config(speech=speech), SystemClock())["voice"]
    return None if device is None else device.look()


def test_the_voice_is_started_and_tells_what_it_can_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert _voice_of(None) is None
    well = _voice_of(SpeechConfig(audio="libao"))
    assert well is not None
    assert well.codes == ()
    assert {"fi", "sv", "en", "ru", "et", "ar"} <= set(str(well.measured["voices"]).split()) <= set(languages())
    # A machine whose dispatcher was never installed.
    monkeypatch.setenv("PATH", str(tmp_path))
    silent = _voice_of(SpeechConfig(audio="libao"))
    assert silent is not None
    assert (silent.codes, silent.measured["voices"]) == (("speech-silent",), "")
    assert silent.measured["reason"] == "no-program"
    assert _voice_of(SpeechConfig(engine="none")) == Finding("voice", ("speech-silent",), {"voices": ""})


def test_what_the_running_screen_knows_of_its_voice_stands_in_the_line_of_the_voice() -> None:
    standing = tuple(Trouble(faults.CATALOGUE[code], MORNING) for code in ("speech-silent", "device-code-failed"))
    record = Record("screen", alive=True, age=1.0, standing=standing)
    assert told("voice", record).codes == ("speech-silent",)
    assert told("screen", record).codes == ("device-code-failed",)


def test_a_device_that_hangs_delays_nothing_for_ever_and_the_others_are_told(bare: Examined, tmp_path: Path) -> None:
    with socket.socket() as mute, VirtualScanner(tmp_path / "scanner") as scanner:
        # Accepts a connection and never says a word.
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        bare.configure(printer=mute.getsockname()[1], scanner=scanner.port)
        began = time.monotonic()
        seen = bare.examine()
    assert time.monotonic() - began < 11
    assert seen.codes("printer") == ["printer-silent"]
    assert seen.states()["scanner"] == "well"
    # Nobody serves while no screen runs.
    assert seen.codes("screen") == ["screen-not-running"]
    assert seen.code == 2


@pytest.mark.parametrize(
    ("maker", "spoil", "codes"),
    [
        ("none", VirtualScanner.plug, []),
        ("honeywell", VirtualScanner.plug, []),
        ("honeywell", VirtualScanner.silence, ["scanner-silent"]),
        ("none", VirtualScanner.unplug, ["scanner-gone"]),
    ],
)
def test_the_scanner_is_opened_and_asked(
    bare: Examined, tmp_path: Path, maker: str, spoil: Callable[[VirtualScanner], None], codes: list[str]
) -> None:
    with VirtualScanner(tmp_path / "scanner", maker) as scanner:
        spoil(scanner)
        bare.configure(scanner=scanner.port, maker=maker)
        seen = bare.examine("scanner")
    assert seen.codes("scanner") == codes
    assert seen.code == (1 if codes else 0)


def test_without_a_configuration_it_says_so_and_where(bare: Examined) -> None:
    bare.file.unlink()
    seen = bare.examine()
    assert seen.code == 2
    assert seen.codes("config") == ["config-invalid"]
    assert seen.line("config")["measured"] == {"reason": "FileNotFoundError"}
    bare.file.write_text(f'language = "fi"\n[printer]\ntransport = "tcp"\naddress = "x:1"\nprofile = "{PERSON}"\n')
    done = bare.kiosk("doctor", "--json")
    assert done.returncode == 2
    assert '"$.printer.profile"' in done.stdout
    assert PERSON not in done.stdout + done.stderr


def test_a_machine_that_was_never_enrolled(bare: Examined) -> None:
    seen = bare.examine()
    assert seen.code == 2
    assert seen.codes("database") == seen.codes("journal") == ["not-enrolled"]
    assert seen.states()["centre"] == "absent"
    assert not (bare.config.state / DATABASE).exists()


def test_a_database_whose_key_has_gone_or_is_another(enrolled: Examined) -> None:
    key = enrolled.config.state / KEY_FILE
    key.write_text("ab" * 32)
    seen = enrolled.examine()
    assert (seen.code, seen.codes("database")) == (2, ["database-damaged"])
    assert seen.line("database")["measured"]["reason"] == "wrong-key"
    key.unlink()
    assert enrolled.examine().codes("database") == ["database-key-missing"]


def test_a_damaged_database(enrolled: Examined) -> None:
    file = enrolled.config.state / DATABASE
    with enrolled.database() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file.open("r+b") as opened:
        opened.seek(3 * 4096)
        opened.write(b"\0" * 4096 * 4)
    seen = enrolled.examine()
    assert seen.code == 2
    assert seen.codes("database") == ["database-damaged"]


def test_facts_that_wait_and_facts_that_were_refused(enrolled: Examined) -> None:
    with enrolled.database() as connection:
        journal = SqlJournal(connection, site=lambda: SITE, enrolment=ENROLMENT, clock=enrolled.clock)
        first = journal.note(FactKind.PRINT_FAILED, {"arrival": "x"})
        journal.note(FactKind.PRINT_FAILED, {"arrival": "y"})
        row = (first.seq, "refused", "altered", MORNING.isoformat())
        connection.execute("INSERT INTO receipt (fact, verdict, reason, at) VALUES (?, ?, ?, ?)", row)
    with enrolled.running("screen", "sync"):
        seen = enrolled.examine()
        assert seen.codes("facts") == ["facts-refused"]
        assert (seen.line("facts")["measured"]["waiting"], seen.code) == (1, 0)
    enrolled.let_pass(minutes=20)
    assert enrolled.centre is not None
    enrolled.centre.moment += timedelta(minutes=20)
    with enrolled.running("screen", "sync"):
        seen = enrolled.examine()
        assert seen.codes("facts") == ["facts-waiting", "facts-refused"]


def test_the_rules_that_are_in_force_are_told_by_their_number(enrolled: Examined) -> None:
    assert "rules" not in enrolled.examine().line("roster")["measured"]
    with enrolled.database() as connection:
        memory = SqlRosterStore(connection)
        site, cursor = replace(SITE, id="kalasatama"), memory.cursor()
        news = News("next", snapshot=False, complete=True, site=site, version=Version(7, f"{7:064}", NOW))
        assert memory.apply(news, cursor, NOW)
    assert enrolled.examine().line("roster")["measured"]["rules"] == 7


def test_an_old_roster_and_a_wrong_clock(enrolled: Examined) -> None:
    # An hour passes here, and none at the centre: the clock is wrong by an hour, and so the roster looks old.
    enrolled.let_pass(hours=1)
    with enrolled.running("screen", "sync"):
        seen = enrolled.examine()
    assert seen.codes("clock") == ["clock-wrong"]
    assert seen.line("clock")["measured"]["offset_seconds"] == pytest.approx(3600, abs=15)
    assert seen.codes("roster") == ["roster-stale"]
    assert seen.code == 1


def test_a_centre_that_is_away_and_one_that_knows_us_not(enrolled: Examined, centre: Centre) -> None:
    key = centre.kiosk("k1").key
    assert key is not None
    with enrolled.running("screen", "sync"):
        # Somebody else was enrolled by this name: our key is not the one that the centre has.
        seen = enrolled.examine()
        assert (seen.code, seen.codes("centre")) == (1, ["centre-refuses"])
        centre.server.should_exit = True
        centre.thread.join()
        seen = enrolled.examine()
    assert (seen.code, seen.codes("centre")) == (1, ["centre-unreachable"])
    assert seen.line("centre")["measured"]["step"] == "connection"


def test_watching_tells_each_change_until_ctrl_c(enrolled: Examined) -> None:
    enrolled.configure(printer=9)
    with enrolled.running("screen", "sync") as boards:
        line = enrolled.line("doctor", "--watch")
        with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=enrolled.environment()) as process:
            assert process.stdout is not None
            lines = iter(process.stdout.readline, "")
            assert any("╰" in line for line in lines)
            boards["screen"].tell("printer", ["printer-cover-open"])
            boards["screen"].keep()
            change = next(line for line in lines if ": degraded." in line)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=10)
    assert "14 printer" in change
    assert said("printer-cover-open") in change
    assert process.returncode == 1


def test_a_test_page_comes_out(bare: Examined) -> None:
    with VirtualPrinter() as printer:
        bare.configure(printer=printer.port)
        done = bare.kiosk("doctor", "printer", "--test")
        assert done.returncode == 0, done.stderr
        assert len(printer.slips) == 1
        printer.paper_out()
        done = bare.kiosk("doctor", "printer", "--test")
        assert len(printer.slips) == 1
    assert done.returncode == 1
    assert said("printer-paper-out") in done.stdout


def test_a_device_that_the_running_kiosk_holds_is_left_to_it(bare: Examined, tmp_path: Path) -> None:
    with VirtualPrinter() as printer, bare.running("screen"):
        bare.configure(printer=printer.port, scanner=str(tmp_path / "scanner"))
        for arguments in (("printer", "--test"), ("scanner", "--listen")):
            done = bare.kiosk("doctor", *arguments)
            assert done.returncode == 1
            assert done.stdout.strip() == sentence("doctor.held", "en")
        assert printer.slips == ()
    done = bare.kiosk("doctor", "card", "--read")
    assert (done.returncode, done.stdout.strip()) == (1, sentence("doctor.no-device", "en"))


def test_listening_tells_kind_and_length_of_a_scan_and_nothing_of_it(bare: Examined, tmp_path: Path) -> None:
    with VirtualScanner(tmp_path / "scanner") as scanner:
        bare.configure(scanner=scanner.port)
        line = bare.line("doctor", "scanner", "--listen", "--seconds", "20")
        with subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=bare.environment()
        ) as process:
            assert process.stdout is not None
            told = [process.stdout.readline()]
            scanner.scan(f"]A0{PERSON}\r")
            told.append(process.stdout.readline())
            process.send_signal(signal.SIGINT)
            told.append(process.communicate(timeout=10)[0])
    text = "".join(told)
    assert "symbology code-39, characters 11, class barcode" in text
    assert PERSON not in text
    assert process.returncode == 0


def test_a_card_service_that_is_down(bare: Examined) -> None:
    bare.file.write_bytes(bare.file.read_bytes() + b"\n[card]\n")
    seen = bare.examine("card")
    assert "card-service-down" in seen.codes("card-reader")
    done = bare.kiosk("doctor", "card", "--read", "--seconds", "1")
    assert done.returncode == 1
    assert said("card-service-down") in done.stdout


def test_the_help_names_the_exit_codes(bare: Examined) -> None:
    done = bare.kiosk("doctor", "--help", COLUMNS="200")
    assert "Exit 0: healthy, 1: degraded, 2: nobody can be served." in done.stdout
