"""Build hook: compiles the gettext catalogues, so that a wheel and an editable install both carry them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages import mofile, pofile
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(root: Path) -> None:
    """Write a ``.mo`` beside each ``.po`` below ``root``."""
    for source in sorted(root.glob("*/locale/*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            catalogue = pofile.read_po(file, abort_invalid=True)
        # Babel writes the moment of the build here, and a wheel would be another one every minute.
        catalogue.creation_date = datetime.fromtimestamp(0, UTC)
        with source.with_suffix(".mo").open("wb") as file:
            mofile.write_mo(file, catalogue)


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before hatchling collects the files."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile in place."""
        compile_catalogues(Path(self.root))


if __name__ == "__main__":
    compile_catalogues(Path(__file__).parent)
