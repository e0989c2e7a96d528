"""The note that commands ask for when somebody settles something."""

from central import noted
from central.cli.setting import fail


def worded(note: str, by: str) -> str:
    """The note as it is kept; ends the command where it, or who does it, can't be."""
    if not noted.is_role(by):
        fail("a desk or role takes 1 to 64 letters, digits and ._:-")
    try:
        return noted.text(note)
    except noted.NotNotedError as error:
        fail(str(error))
