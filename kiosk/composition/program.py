"""What this program is called and which version of it runs."""

from importlib.metadata import PackageNotFoundError, version

DISTRIBUTION = "health-centre-kiosk"


def program() -> str:
    """The version of this program."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "unknown"
