"""``--config``, which every command has: what the file says stands in for the flags that are not given."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, ClassVar

import typer
from typer.core import TyperGroup

from central.config import Config, ConfigError, read


def _use(context: typer.Context, file: Path | None) -> None:
    if file is None:
        return
    try:
        config = read(file)
    except ConfigError as error:
        raise typer.BadParameter(str(error)) from error
    context.find_root().obj = config
    # In the place of what the command has as its defaults; a flag or its variable is looked at before.
    serve = config.serve
    named = {"host": serve.host, "port": serve.port, "url": list(serve.urls) or None}

    def database() -> str | None:
        source = context.get_parameter_source("data")
        given = source is not None and source.name in ("COMMANDLINE", "ENVIRONMENT")
        return None if given else config.store.url or None

    context.default_map = named | {"database": database}


def of(context: typer.Context) -> Config:
    """The configuration that the command was given, or what holds without one."""
    found = context.find_root().obj
    return found if isinstance(found, Config) else Config()


_probe = typer.Typer(add_completion=False)


@_probe.command()
def _(
    config: Annotated[
        Path | None,
        typer.Option(
            help="The centre's configuration (docs/centre.md). Flags win over it.",
            envvar="CENTRAL_CONFIG",
            callback=_use,
            is_eager=True,
            expose_value=False,
        ),
    ] = None,
) -> None:
    """Nothing: an option is best made by who reads it."""


[_OPTION] = typer.main.get_command(_probe).params


class Configured(TyperGroup):
    """Commands that all take ``--config``. What is to be done when one has ended is in ``ended``."""

    ended: ClassVar[list[Callable[[], None]]] = []

    def invoke(self, ctx: Any) -> Any:
        """Run the command, and then what is to be done after it."""
        try:
            return super().invoke(ctx)
        finally:
            while self.ended:
                self.ended.pop()()

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, with the option."""
        command = super().get_command(ctx, cmd_name)
        if command is not None and _OPTION not in command.params:
            command.params.append(_OPTION)
        return command
