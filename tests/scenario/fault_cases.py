"""How each fault of the catalogue is caused on a stage and mended again, in the words of a scenario.

What is not here stands in ``ELSEWHERE``, with the test that has it and why no stage can cause it.
"""

from dataclasses import dataclass
from typing import Any

from kiosk.checkin.hetu import CHECK_CHARACTERS

Step = tuple[str, Any]
Steps = tuple[Step, ...]

ORDINARY, PRESENTER, DISK, TIME = "ordinary", "presenter", "disk", "time"


@dataclass(frozen=True)
class Client:
    """Somebody with an appointment of their own, by HETU and by the number of a chip."""

    hetu: str
    satu: str


@dataclass(frozen=True)
class Case:
    """A fault, on which stage it is caused, and how. ``{hetu}`` in a step is the code of somebody expected.

    ``serves`` takes the place of what ``Fault.works`` asks for, where the way there is another.
    """

    code: str
    stage: str
    breaks: Steps
    mends: Steps
    serves: Steps | None = None
    how: str = ""

    def __str__(self) -> str:
        return "-".join(part for part in (self.stage, self.code, self.how) if part)


def client(place: int) -> Client:
    """The ``place``-th, with a test identity that no other has."""
    digits = f"{place % 28 + 1:02}{place // 28 + 6:02}94905"
    number = f"{99900100 + place}"
    checks = (CHECK_CHARACTERS[int(text) % 31] for text in (digits, number))
    return Client(f"{digits[:6]}Y{digits[6:]}{next(checks)}", f"{number}{next(checks)}")


def one(verb: str, given: Any) -> Steps:
    """One step."""
    return ((verb, given),)


MUTE_CARD: Steps = (
    ("card", {"insert": "fineid-2023", "trouble": "mute"}),
    ("expect", {"page": "card-unreadable"}),
    ("card", "remove"),
    ("touch", "finish"),
)
OTHER_CARD: Steps = (
    ("card", {"insert": "unknown"}),
    ("expect", {"page": "card-unknown"}),
    ("touch", "finish"),
    ("expect", {"page": "welcome", "says": ["Ota korttisi mukaan."]}),
)
CALL_STAFF: Steps = (
    ("touch", "call-staff"),
    ("expect", {"page": "staff-called"}),
    ("touch", "more-time"),
    ("expect", {"page": "welcome"}),
)
SCAN: Steps = (
    ("scan", "{hetu}\r"),
    ("expect", {"page": "confirm"}),
)
CHECK_IN: Steps = (*SCAN, ("touch", "check-in"))
TYPE: Steps = (
    ("touch", "type"),
    ("type", "{hetu}"),
    ("touch", "ready"),
    ("expect", {"page": "confirm"}),
    ("touch", "check-in"),
)
CLOCK_FORWARD, CLOCK_BACK = one("clock", "+3h"), one("clock", "-3h")
LOOK: Steps = one("pass", "10s")
"""Passed, not waited for: in an idle moment the attendant looks at clock, roster and journal each ten seconds."""
SOMEBODY: Steps = (
    *SCAN,
    ("touch", "not-mine"),
    ("expect", {"page": "welcome"}),
)
"""The attendant knows the centre's last word from now on."""
STRANGER = "040594V9041"


def asks(page: str) -> Steps:
    """Somebody whom nobody expects makes the kiosk ask the centre, and gets the page; and the word is looked at."""
    return (("scan", f"{STRANGER}\r"), ("expect", {"page": page}), ("touch", "finish"), *LOOK)


def device(code: str, verb: str, breaks: str, mends: str, *stages: str, how: str = "") -> list[Case]:
    """Cases of one verb and its undoing."""
    return [Case(code, stage, one(verb, breaks), one(verb, mends), how=how) for stage in stages]


CASES: tuple[Case, ...] = (
    *device("card-reader-gone", "card", "unplug", "plug", ORDINARY),
    *device("card-service-down", "card", "service-crash", "service-up", ORDINARY),
    Case("card-reader-failing", ORDINARY, MUTE_CARD * 3, (*OTHER_CARD, ("card", "remove"))),
    Case("card-left-behind", ORDINARY, (*OTHER_CARD, ("pass", "2m")), one("card", "remove")),
    *device("scanner-gone", "scanner", "unplug", "plug", ORDINARY),
    *device("scanner-silent", "scanner", "silence", "answer", ORDINARY),
    *device("scanner-noise", "scanner", "noise", "quiet", ORDINARY),
    *device("scanner-flood", "scanner", "flood", "quiet", ORDINARY),
    *device("printer-gone", "printer", "unplug", "plug", ORDINARY, PRESENTER),
    *device("printer-paper-out", "printer", "paper-out", "refill", ORDINARY, PRESENTER),
    *device("printer-paper-near-end", "printer", "near-end", "refill", ORDINARY, PRESENTER),
    *device("printer-cover-open", "printer", "cover-open", "cover-closed", ORDINARY, PRESENTER),
    *device("printer-jam", "printer", "jam", "unjam", ORDINARY, PRESENTER),
    *device("printer-cutter", "printer", "cutter-stuck", "cutter-freed", ORDINARY, PRESENTER),
    *device("printer-overheated", "printer", "overheat", "cool", ORDINARY, PRESENTER),
    *device("printer-error", "printer", "break", "repair", ORDINARY, PRESENTER),
    *device("printer-offline", "printer", "offline", "online", ORDINARY, PRESENTER),
    *device("printer-silent", "printer", "mute", "unmute", ORDINARY, PRESENTER),
    *device("printer-nonsense", "printer", "noise", "quiet", ORDINARY, PRESENTER),
    *device("printer-voltage", "printer", "voltage-wrong", "voltage-right", PRESENTER),
    Case(
        "printer-slip-left",
        PRESENTER,
        (
            ("printer", "leave-slips"),
            *CHECK_IN,
            ("expect", {"page": "done", "state": "registered", "says": ["Ota numerolappu."]}),
            ("touch", "finish"),
            ("pass", "20s"),
        ),
        (("printer", "take"), ("printer", "take-slips")),
    ),
    Case(
        "help-light-gone",
        ORDINARY,
        (("help", "lamp-unplug"), *CALL_STAFF),
        (("touch", "finish"), ("help", "lamp-plug"), *CALL_STAFF),
    ),
    Case(
        "help-sound-gone",
        ORDINARY,
        (("help", "sound-break"), *CALL_STAFF),
        (("touch", "finish"), ("help", "sound-mend"), *CALL_STAFF),
    ),
    *device("centre-unreachable", "network", "down", "up", ORDINARY),
    *device("centre-nonsense", "network", "portal", "up", ORDINARY),
    Case("sync-not-running", ORDINARY, one("kill", "sync"), one("start", "sync")),
    # A dark screen serves nobody, and says nothing either.
    Case("screen-not-running", ORDINARY, one("kill", "screen"), one("start", "screen"), serves=()),
    # With the line open the centre's next word would turn the one into the other.
    Case(
        "clock-jumped",
        TIME,
        (("network", "down"), *SOMEBODY, *CLOCK_FORWARD, *LOOK),
        (*CLOCK_BACK, ("network", "up"), *LOOK),
    ),
    Case(
        "clock-wrong",
        TIME,
        (*CLOCK_FORWARD, *asks("cannot-tell")),
        (("touch", "finish"), *CLOCK_BACK, *asks("no-match")),
    ),
    Case("roster-stale", TIME, (("network", "down"), ("pass", "40m")), one("network", "up")),
    Case(
        "facts-waiting",
        TIME,
        (
            ("network", "down"),
            *CHECK_IN,
            ("expect", {"page": "done", "state": "recorded"}),
            ("touch", "finish"),
            ("pass", "11m"),
        ),
        one("network", "up"),
        serves=(
            # The same client again: one who is recorded here is known here.
            ("scan", "{hetu}\r"),
            ("expect", {"page": "already-in", "state": "recorded"}),
        ),
    ),
    *device("disk-low", "disk", "low", "free", DISK),
    *device("disk-reserve", "disk", "crowd", "free", DISK),
    *device("disk-full", "disk", "fill", "free", DISK),
    *device("disk-read-only", "disk", "read-only", "writable", DISK),
)

_OUT_OF_ORDER = "tests/offline/test_out_of_order.py"
_WATCH = "tests/diagnostics/test_watch.py"
_PROCESSES = "tests/diagnostics/test_watch_processes.py"
_SCREEN = "tests/ui/test_screen_faults.py"
_CARDS = "tests/devices/card/test_driver.py"
_BACKLOG = "tests/sync/test_backlog.py"
_CERTIFICATE = "tests/sync/test_certificate.py"
_ATTENDANT = "tests/test_attendant_faults.py"

ELSEWHERE: dict[str, tuple[str, str, str]] = {
    "device-check-open": (
        "tests/test_device_check.py",
        "test_what_is_broken_or_left_for_later_is_told_to_the_centre_and_mended_later",
        "a technician says so at the screen, in a first run",
    ),
    "speech-silent": (
        "tests/speech/test_voice.py",
        "test_a_dispatcher_that_dies_is_a_fault_until_it_is_back",
        "a stage's kiosk writes what it would say",
    ),
    "headphones-gone": (
        "tests/devices/test_headphones.py",
        "test_a_jack_that_is_not_there_is_a_fault_until_it_comes",
        "needs an input device of the kernel",
    ),
    "card-issuers-missing": (
        _CARDS,
        "test_without_issuers_no_card_is_believed_and_that_is_a_fault",
        "stands from start to start: a stage's kiosk starts with its files in place",
    ),
    "card-issuer-expired": (_CARDS, "test_an_issuer_may_expire", "takes ten years"),
    "scanner-not-held": (
        "tests/devices/test_scanner_keyboard.py",
        "test_a_keyboard_that_another_holds_is_not_read_until_it_is_free",
        "needs an input device of the kernel",
    ),
    "touch-gone": (_WATCH, "test_a_touch_screen_in_the_list_of_the_kernel", "needs an input device of the kernel"),
    "touch-stuck": (
        _SCREEN,
        "test_a_press_that_lasts_too_long_is_told_until_it_ends",
        "takes thirty seconds of Qt's own clock, and the stage door always lets go",
    ),
    "display-gone": (_WATCH, "test_a_display_is_gone_only_when_every_connector_says_so", "needs a display's connector"),
    "display-too-small": (
        _SCREEN,
        "test_a_screen_of_too_few_millimetres_is_told_and_a_large_one_is_not",
        "stands from start to start",
    ),
    "display-size-unknown": (
        _SCREEN,
        "test_the_size_is_known_where_it_is_configured_or_plausible",
        "needs a real display that tells nonsense",
    ),
    "clock-unsynchronised": (
        _WATCH,
        "test_a_machine_with_timesyncd_is_believed_once_it_has_heard_of_the_time",
        "needs the machine's own time service",
    ),
    "database-damaged": (_OUT_OF_ORDER, "test_a_damaged_database", "stands from start to start"),
    "journal-unwritable": (
        _ATTENDANT,
        "test_a_disk_that_takes_no_write_is_a_fault_until_the_next_one_is_taken",
        "on a full disk the kiosk makes itself room, and what fails all the same is in `make torture`",
    ),
    "database-salvaged": (
        _OUT_OF_ORDER,
        "test_a_mended_database_is_told_for_a_week_and_how_much_was_lost",
        "stands for a week; `scenarios/journal-damaged.yaml` has how it comes",
    ),
    "roster-unwritable": (
        "tests/offline/test_reserve.py",
        "test_a_roster_that_cannot_be_written_closes_no_page",
        "on a stage's disk that is full the page closes all the same",
    ),
    "database-key-missing": (_OUT_OF_ORDER, "test_a_database_without_its_key", "stands from start to start"),
    "database-unsafe": (_OUT_OF_ORDER, "test_a_library_that_loses_commits", "needs another SQLite"),
    "not-enrolled": (
        _PROCESSES,
        "test_a_machine_that_was_never_enrolled_shows_a_page_and_says_why",
        "a stage's kiosk is enrolled",
    ),
    "roster-missing": (
        _PROCESSES,
        "test_two_processes_see_each_other_come_and_go",
        "a stage opens when the roster has come",
    ),
    "roster-unread": (
        _ATTENDANT,
        "test_old_data_and_a_clock_that_jumps_are_seen_though_nobody_is_there",
        "the centre of the stage sends nothing that cannot be read",
    ),
    "configuration-refused": (
        "tests/line/test_configuration.py",
        "test_what_was_changed_on_the_way_is_refused_and_check_ins_go_on",
        "the rules of the stage's centre are those that it checked; scenarios/rules-refused.yaml plays a whole one",
    ),
    "configuration-unsigned": (
        "tests/diagnostics/test_watch_processes.py",
        "test_two_processes_see_each_other_come_and_go",
        "a stage's kiosk is enrolled at a centre that signs",
    ),
    "site-rules-incomplete": (
        _ATTENDANT,
        "test_a_name_that_the_rules_lack_is_a_fault_until_they_have_it_or_it_comes_no_more",
        "the centre of the stage takes no appointment with such a name",
    ),
    "facts-refused": (_BACKLOG, "test_a_fact_that_was_refused", "the centre of the stage refuses nothing"),
    "day-close-differs": (
        "tests/sync/test_sidelink.py",
        "test_a_difference_is_a_fault_until_it_is_settled_or_a_week_old",
        "the centre of the stage holds what the kiosk sent",
    ),
    "numbers-run-out": (_BACKLOG, "test_numbers_that_have_run_out", "takes hundreds of clients"),
    "certificate-expiring": (_BACKLOG, "test_a_certificate_that_ends_soon", "the stage's line has no TLS"),
    "certificate-invalid": (
        _CERTIFICATE,
        "test_a_certificate_that_is_not_believed_has_a_name_of_its_own",
        "the stage's line has no TLS",
    ),
    "centre-refuses": (
        _BACKLOG,
        "test_every_failure_of_the_line_is_a_fault",
        "the centre of the stage has no way to turn a kiosk away",
    ),
    "kiosk-revoked": (
        "tests/sync/test_revocation.py",
        "test_a_revoked_kiosk_forgets_whom_it_knows_keeps_what_is_pending_and_serves_nobody",
        "stands from start to start",
    ),
    "power-on-battery": (_WATCH, "test_mains_pulled_while_a_battery_holds", "needs a battery"),
    "power-was-cut": (_PROCESSES, "test_a_power_cut_is_told_at_the_next_start", "stands from start to start"),
    "machine-hot": (_WATCH, "test_heat", "needs a hot machine"),
    "config-invalid": (
        _PROCESSES,
        "test_a_mistake_in_the_settings_shows_a_page_instead_of_a_dark_screen",
        "stands from start to start",
    ),
    "update-on-trial": (
        "tests/updating/test_screen.py",
        "test_a_version_on_trial_lets_nobody_in_and_carries_nothing_until_it_is_believed",
        "stands for as long as the updater says",
    ),
    "update-refused": (
        "tests/updating/test_change.py",
        "test_what_does_not_fit_here_is_refused_and_told",
        "no stage has the updater of root",
    ),
    "update-taken-back": (
        "tests/updating/test_change.py",
        "test_a_version_that_is_not_well_is_taken_back_and_never_tried_again_by_itself",
        "no stage has the updater of root",
    ),
    "device-code-failed": (
        "tests/devices/test_supervisor.py",
        "test_a_mistake_in_the_code_stands_until_the_device_has_run_well_for_a_while",
        "needs a mistake in a driver",
    ),
}
"""Faults that no stage causes: the file and the test that have each, and why."""
