"""``kiosk``: the commands. Each imports what it needs when it runs, so that the screen starts fast."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from kiosk.config import DEFAULT_PATH, Config, ConfigError, load

app = typer.Typer(help="Self-service check-in kiosk for health centres.", no_args_is_help=True, add_completion=False)

T = TypeVar("T")

DEMO = Path("scenarios/first-check-in.yaml")

ConfigOption = Annotated[Path, typer.Option("--config", help="The configuration file.")]


@app.command()
def screen(
    config: ConfigOption = DEFAULT_PATH,
    stage: Annotated[Path | None, typer.Option(help="Open a test door at this socket. Never in a lobby.")] = None,
    pictures: Annotated[Path | None, typer.Option(help="Keep a picture of each page in this folder.")] = None,
) -> None:
    """Serve clients: touch screen, scanner and printer. Uses no network."""
    from kiosk.forgetting import overwrite_what_is_freed

    overwrite_what_is_freed()
    from kiosk.composition.screen import run_screen

    raise typer.Exit(run_screen(_config(config), stage=stage, pictures=pictures))


@app.command()
def sync(config: ConfigOption = DEFAULT_PATH) -> None:
    """Carry facts to the centre and news from it. Uses no device."""
    from kiosk.composition.sync import run_sync

    raise typer.Exit(run_sync(_config(config)))


@app.command()
def enrol(
    url: Annotated[str, typer.Argument(help="The centre, such as https://centre.example")],
    code: Annotated[str, typer.Argument(help="The one-time code that the centre gave out.")],
    config: ConfigOption = DEFAULT_PATH,
) -> None:
    """Make this machine a kiosk of a centre. Its key is made here and never leaves it."""
    from kiosk.composition.enrol import enrol_kiosk

    name, site = _told(lambda: enrol_kiosk(_config(config), url, code))
    typer.echo(f"enrolled as {name} at {site}")


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
def demo(
    out: Annotated[Path, typer.Option(help="Where pictures and the slip go when there is no display.")] = Path("out"),
    script: Annotated[Path, typer.Option(help="The scenario played when there is no display.")] = DEMO,
) -> None:
    """Try the whole kiosk: in windows where there is a display, else a played visit with pictures in OUT."""
    from kiosk.scenario.demo import run_demo

    raise typer.Exit(run_demo(out, script))


def _config(path: Path) -> Config:
    try:
        return load(path)
    except ConfigError as error:
        typer.echo(f"kiosk: {error}", err=True)
        raise typer.Exit(2) from error


def _told(act: Callable[[], T]) -> T:
    """What ``act`` gives; an error that has words for a person is told in them, without a traceback."""
    from kiosk.offline.connection import StoreError
    from kiosk.sync.client import CentreError

    try:
        return act()
    except (CentreError, StoreError) as error:
        typer.echo(f"kiosk: {error}", err=True)
        raise typer.Exit(2) from error


def main() -> None:
    """Entry point."""
    app()


if __name__ == "__main__":
    main()
