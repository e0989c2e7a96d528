"""``kiosk``: the commands. Each imports what it needs when it runs, so that the screen starts fast."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer

from kiosk.config import DEFAULT_PATH, Config, ConfigError, load

app = typer.Typer(help="Self-service check-in kiosk for health centres.", no_args_is_help=True, add_completion=False)
doctor = typer.Typer(
    help="Look every part over and name what is broken. Exit 0: healthy, 1: degraded, 2: nobody can be served.",
    invoke_without_command=True,
)
app.add_typer(doctor, name="doctor")
outbox = typer.Typer(help="What the centre does not have yet, or would not take, and why.", no_args_is_help=True)
app.add_typer(outbox, name="outbox")
changeover = typer.Typer(help="For kiosk-update, while the kiosk is stopped.", no_args_is_help=True, hidden=True)
app.add_typer(changeover, name="changeover")

T = TypeVar("T")

DEMO = Path("scenarios/first-check-in.yaml")

ConfigOption = Annotated[Path, typer.Option("--config", help="The configuration file.")]
JsonOption = Annotated[
    bool, typer.Option("--json", help="JSON instead of a table; docs/technicians.md has its schema.")
]
ForceOption = Annotated[
    str, typer.Option("--force", metavar="REASON", help="Go on though facts are pending; the reason is kept.")
]
LanguageOption = Annotated[str | None, typer.Option(help="fi, sv or en; else the language of the kiosk.")]


@app.command()
def screen(
    config: ConfigOption = DEFAULT_PATH,
    stage: Annotated[Path | None, typer.Option(help="Open a test door at this socket. Never in a lobby.")] = None,
    pictures: Annotated[Path | None, typer.Option(help="Keep a picture of each page in this folder.")] = None,
) -> None:
    """Serve clients: touch screen, scanner and printer. Uses no network."""
    from kiosk.forgetting import overwrite_what_is_freed

    overwrite_what_is_freed()
    from kiosk.composition.screen import screen as serve

    raise typer.Exit(serve(config, stage=stage, pictures=pictures))


@app.command()
def sync(config: ConfigOption = DEFAULT_PATH) -> None:
    """Carry facts to the centre and news from it. Uses no device."""
    from kiosk.composition.sync import run_sync

    _leave(run_sync(_config(config)))


@app.command()
def enrol(
    url: Annotated[str, typer.Argument(help="The centre, such as https://centre.example")],
    code: Annotated[str, typer.Argument(help="The one-time code that the centre gave out.")],
    force: ForceOption = "",
    config: ConfigOption = DEFAULT_PATH,
) -> None:
    """Make this machine a kiosk of a centre. Its key is made here and never leaves it.

    One that is enrolled already is enrolled anew, unless the centre lacks facts of it.
    """
    from kiosk.composition.enrol import enrol_kiosk

    name, site = _told(lambda: enrol_kiosk(_config(config), url, code, force))
    typer.echo(f"enrolled as {name} at {site}")


@app.command()
def wipe(
    sure: Annotated[bool, typer.Option("--yes", help="Yes, forget everything.")] = False,
    force: ForceOption = "",
    config: ConfigOption = DEFAULT_PATH,
) -> None:
    """Make this kiosk forget everything: its key, its enrolment, its appointments and its journal."""
    from kiosk.composition.wipe import wipe_kiosk

    if not sure:
        typer.echo("kiosk: this removes the key and everything that it opens. Say so with --yes", err=True)
        raise typer.Exit(2)
    removed, heard = _told(lambda: wipe_kiosk(_config(config), force))
    typer.echo(f"removed: {', '.join(removed) or 'nothing was there'}")
    if removed and not heard:
        typer.echo("The centre has not heard of it: it will show this kiosk as silent.")


@app.command("new-key")
def new_key(config: ConfigOption = DEFAULT_PATH) -> None:
    """Have this kiosk go over to a new key of its own, as it does by itself every 90 days. It may be running."""
    from kiosk.composition.new_key import ask_for_new_key

    asked = _told(lambda: ask_for_new_key(_config(config)))
    typer.echo("The new key is made. " + ("kiosk sync goes over to it." if asked else "It was made before, and waits."))


@outbox.command("list")
def outbox_list(as_json: Annotated[bool, typer.Option("--json")] = False, config: ConfigOption = DEFAULT_PATH) -> None:
    """List the facts that wait, and those that are parked, refused or in conflict. Says nothing of anybody."""
    from kiosk.composition.outbox import run_list

    raise typer.Exit(_told(lambda: run_list(_config(config), as_json=as_json)))


@outbox.command("explain")
def outbox_explain(
    place: Annotated[int, typer.Argument(help="Its place in the journal, as the list shows it.")],
    config: ConfigOption = DEFAULT_PATH,
) -> None:
    """Say what happened to one fact, what it means, and what to do."""
    from kiosk.composition.outbox import run_explain

    raise typer.Exit(_told(lambda: run_explain(_config(config), place)))


@outbox.command("retry")
def outbox_retry(
    places: Annotated[list[int] | None, typer.Argument(help="Places in the journal.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that is not in conflict.")] = False,
    config: ConfigOption = DEFAULT_PATH,
) -> None:
    """Let facts be tried at once. One that was refused is offered again; the refusal is kept."""
    from kiosk.composition.outbox import run_retry

    raise typer.Exit(_told(lambda: run_retry(_config(config), places or (), everything=everything)))


@outbox.command("export")
def outbox_export(
    file: Annotated[Path, typer.Argument(help="A new file, which only its owner will read.")],
    config: ConfigOption = DEFAULT_PATH,
) -> None:
    """Write what is parked, with all that it says, as JSON lines for a person to carry to the centre."""
    from kiosk.composition.outbox import run_export

    raise typer.Exit(_told(lambda: run_export(_config(config), file)))


@outbox.command("pending")
def outbox_pending(config: ConfigOption = DEFAULT_PATH) -> None:
    """Exit 0 where the centre has everything, 1 where not or where nobody knows: no update, no wipe then."""
    from kiosk.composition.outbox import run_pending

    raise typer.Exit(run_pending(_config(config)))


@changeover.command("ready")
def changeover_ready(
    stopped: Annotated[bool, typer.Option("--stopped", help="The screen is stopped.")] = False,
    config: ConfigOption = DEFAULT_PATH,
) -> None:
    """Exit 0 where nothing is pending and nobody is served; else 1, with a key and words."""
    from kiosk.composition.changeover import NotReadyError, ready

    try:
        ready(_config(config), screen_stopped=stopped)
    except NotReadyError as error:
        typer.echo(f"{error.key}: {error}")
        raise typer.Exit(1) from error


@changeover.command("keep")
def changeover_keep(config: ConfigOption = DEFAULT_PATH) -> None:
    """Keep a copy of the database."""
    from kiosk.composition.changeover import keep

    _told(lambda: keep(_config(config)))


@changeover.command("try")
def changeover_try(config: ConfigOption = DEFAULT_PATH) -> None:
    """Use a copy of the copy as this version does."""
    from kiosk.composition.changeover import try_out

    _told(lambda: try_out(_config(config)))


@changeover.command("restore")
def changeover_restore(config: ConfigOption = DEFAULT_PATH) -> None:
    """Give the copy back where this version can't read what is there; exit 3 where facts would be lost."""
    from kiosk.composition.changeover import restore

    if not _told(lambda: restore(_config(config))):
        typer.echo("kiosk: facts were recorded since, so the copy is not given back", err=True)
        raise typer.Exit(3)


@changeover.command("forget")
def changeover_forget(config: ConfigOption = DEFAULT_PATH) -> None:
    """Remove the copy."""
    from kiosk.composition.changeover import forget

    _told(lambda: forget(_config(config).state))


@doctor.callback()
def examine(
    context: typer.Context,
    as_json: JsonOption = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Look again and again, and tell each change; Ctrl-C ends.")
    ] = False,
    language: LanguageOption = None,
    config: ConfigOption = DEFAULT_PATH,
) -> None:
    """Look every part over and name what is broken. Exit 0: healthy, 1: degraded, 2: nobody can be served."""
    if context.invoked_subcommand is None:
        from kiosk.composition.doctor import run_doctor

        raise typer.Exit(run_doctor(config, as_json_text=as_json, language=language, watch=watch))


@doctor.command("printer")
def examine_printer(
    test: Annotated[bool, typer.Option("--test", help="Print a test page.")] = False,
    as_json: JsonOption = False,
    language: LanguageOption = None,
    config: ConfigOption = DEFAULT_PATH,
) -> None:
    """Look at the printer alone, or print a test page. A printer that the running kiosk holds is left to it."""
    from kiosk.composition import doctor_trials
    from kiosk.composition.doctor import run_doctor

    if test:
        raise typer.Exit(doctor_trials.print_page(_config(config), config, language))
    raise typer.Exit(run_doctor(config, as_json_text=as_json, language=language, only="printer"))


@doctor.command("scanner")
def examine_scanner(
    listen: Annotated[
        bool, typer.Option("--listen", help="Tell of each scan its symbology, length and class.")
    ] = False,
    seconds: Annotated[float, typer.Option(help="How long to listen.")] = 30.0,
    as_json: JsonOption = False,
    language: LanguageOption = None,
    config: ConfigOption = DEFAULT_PATH,
) -> None:
    """Look at the scanner alone, or listen to it. What is scanned is never shown."""
    from kiosk.composition import doctor_trials
    from kiosk.composition.doctor import run_doctor

    if listen:
        raise typer.Exit(doctor_trials.listen(_config(config), config, language, seconds))
    raise typer.Exit(run_doctor(config, as_json_text=as_json, language=language, only="scanner"))


@doctor.command("card")
def examine_card_reader(
    read: Annotated[
        bool, typer.Option("--read", help="Read a card: its class and each step, never its content.")
    ] = False,
    seconds: Annotated[float, typer.Option(help="How long to wait for a card.")] = 30.0,
    as_json: JsonOption = False,
    language: LanguageOption = None,
    config: ConfigOption = DEFAULT_PATH,
) -> None:
    """Look at the card reader alone, or read a card."""
    from kiosk.composition import doctor_trials
    from kiosk.composition.doctor import run_doctor

    if read:
        raise typer.Exit(doctor_trials.read_card(_config(config), config, language, seconds))
    raise typer.Exit(run_doctor(config, as_json_text=as_json, language=language, only="card-reader"))


@app.command("support-bundle")
def support_bundle(
    out: Annotated[Path | None, typer.Option(help="The archive to write; else one named after the kiosk here.")] = None,
    log: Annotated[list[Path] | None, typer.Option(help="A log file besides the journal; may be repeated.")] = None,
    language: LanguageOption = None,
    config: ConfigOption = DEFAULT_PATH,
) -> None:
    """Pack what a technician far away needs to know into one archive, without a word about anybody."""
    from kiosk.composition.bundle import run_bundle

    raise typer.Exit(run_bundle(config, out=out, logs=log or [], language=language))


@app.command("service-code")
def service_code() -> None:
    """Ask for a service code twice and print what goes into the configuration: its hash, never the code."""
    from kiosk.service_code import PoorCodeError, hash_of

    code = typer.prompt("Service code (6 to 12 digits)", hide_input=True, confirmation_prompt="Once more", err=True)
    try:
        hashed = hash_of(code)
    except PoorCodeError as error:
        typer.echo(f"kiosk: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo(f'[service]\ncode = "{hashed}"')


@app.command()
def scenario(
    files: Annotated[list[Path], typer.Argument(help="Scenario files; docs/scenarios.md has the format.")],
    out: Annotated[Path | None, typer.Option(help="Keep pictures, slips and report.json here.")] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Show no window.")] = False,
) -> None:
    """Play scenarios with real processes and simulated devices; exit 0 only if every expectation holds."""
    from kiosk.scenario.play import play_files

    raise typer.Exit(0 if play_files(files, out, headless=headless) else 1)


@app.command()
def drill(
    language: Annotated[str, typer.Option(help="fi, sv or en: of the drill and of its kiosk.")] = "fi",
    headless: Annotated[bool, typer.Option("--headless", help="Show no window and wait for nobody.")] = False,
    out: Annotated[Path | None, typer.Option(help="Keep a picture of each page in this folder.")] = None,
    config: ConfigOption = DEFAULT_PATH,
) -> None:
    """Play an outage for training: what happens, what staff do, and whether nobody was lost. Never on a kiosk."""
    from kiosk.scenario.drill import run_drill
    from kiosk.texts import service_languages

    if language not in service_languages():
        raise typer.BadParameter(f"there is {', '.join(service_languages())}")
    raise typer.Exit(run_drill(config, language, headless=headless, out=out))


@app.command("sorry-picture")
def sorry_picture(
    out: Annotated[Path | None, typer.Option(help="The PNG to write; else sorry.png in the state folder.")] = None,
    size: Annotated[str, typer.Option(help="Pixels of the screen, such as 1920x1080.")] = "1080x1920",
    language: Annotated[list[str] | None, typer.Option(help="May be repeated; else fi, sv and en.")] = None,
    config: ConfigOption = DEFAULT_PATH,
) -> None:
    """Draw the picture that is shown when the screen can't start. A kiosk that serves draws its own."""
    from kiosk.composition.sorry import PICTURE, TOLD_IN, make_by_itself

    width, _, height = size.partition("x")
    if not (width.isdecimal() and height.isdecimal() and 100 <= min(int(width), int(height)) <= 10_000):
        typer.echo(f"kiosk: {size} is no size of a screen, such as 1080x1920", err=True)
        raise typer.Exit(2)
    path = out or _config(config).state / PICTURE
    _told(lambda: make_by_itself(path, language or TOLD_IN, int(width), int(height)))
    typer.echo(str(path))


@app.command()
def recordings(
    language: Annotated[str, typer.Argument(help="The code of a language that no voice speaks, such as so.")],
    folder: Annotated[Path | None, typer.Option(help="Name only what is still missing in this folder.")] = None,
) -> None:
    """List what has to be recorded for a language without a voice: file, tab, words (docs/speech.md)."""
    from kiosk.texts.recordings import needed_recordings

    for name, words in needed_recordings(language):
        path = Path(language, f"{name}.wav")
        if folder is None or not (folder / path).is_file():
            typer.echo(f"{path}\t{words}")


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Where pictures and the slip go when there is no display.")] = Path("out"),
    script: Annotated[Path, typer.Option(help="The scenario played when there is no display.")] = DEMO,
) -> None:
    """Try the whole kiosk: in windows where there is a display, else a played visit with pictures in OUT."""
    from kiosk.scenario.demo import run_demo

    raise typer.Exit(run_demo(out, script))


def _leave(code: int) -> NoReturn:
    """End now, whatever other threads are at.

    The centre may hold the long-poll for half a minute, and an interpreter that takes itself down while a thread is
    inside SQLite or TLS crashes. What is committed is on the disk; nothing else is to be kept.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _config(path: Path) -> Config:
    try:
        return load(path)
    except ConfigError as error:
        typer.echo(f"kiosk: {error}", err=True)
        raise typer.Exit(2) from error


def _told(act: Callable[[], T]) -> T:
    """What ``act`` gives; an error that has words for a person is told in them, without a traceback."""
    from kiosk.composition.guard import InUseError, PendingError
    from kiosk.composition.memory import OutOfOrderError
    from kiosk.offline.connection import StoreError
    from kiosk.sync.client import CentreError

    try:
        return act()
    except (PendingError, InUseError) as error:
        typer.echo(f"kiosk: {error}", err=True)
        raise typer.Exit(1) from error
    except (CentreError, StoreError, OutOfOrderError) as error:
        typer.echo(f"kiosk: {error}", err=True)
        raise typer.Exit(2) from error


def main() -> None:
    """Entry point."""
    app()


if __name__ == "__main__":
    main()
