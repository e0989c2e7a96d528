"""Keys of a publisher, and a bundle made of a tree in which the kiosk's own code can be asked what it is."""

import sysconfig
from pathlib import Path

import pytest

import kiosk
from kiosk.offline.connection import JOURNAL
from kiosk.offline.migrations import STEPS
from kiosk.updating.bundle import Bundle, keys_in
from supply.carried import SYSTEM_PYTHON
from supply.lock import ROOT
from supply.update import OF_THE_PACKAGE, bundle_of_tree, new_key, read_key


def test_a_private_key_is_its_owners_and_never_written_over(tmp_path: Path) -> None:
    hidden, public = new_key(tmp_path / "publisher", b"a word")
    assert hidden.stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in hidden.read_bytes()
    assert b"PRIVATE" not in public.read_bytes()
    assert keys_in(tmp_path)["publisher"] == read_key(hidden, b"a word").public_key()
    with pytest.raises(FileExistsError):
        new_key(tmp_path / "publisher", None)
    with pytest.raises(ValueError, match="password"):
        read_key(hidden, b"another")


@pytest.mark.skipif(not Path(SYSTEM_PYTHON).exists(), reason=f"no {SYSTEM_PYTHON}")
def test_a_bundle_says_of_itself_what_its_own_code_says(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    site = tree / "lib/python3.11/site-packages"
    site.mkdir(parents=True)
    (site / "here.pth").write_text(f"{ROOT}\n{sysconfig.get_path('purelib')}\n")
    (tree / "bin").mkdir()
    (tree / "bin/python3").symlink_to(SYSTEM_PYTHON)
    (tree / "bin/kiosk").write_text("print()\n")
    (tree / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n")
    for name in OF_THE_PACKAGE:
        (tree / name).touch()
    hidden, _ = new_key(tmp_path / "publisher", None)
    made = bundle_of_tree(tree, read_key(hidden, None), tmp_path / "out", "0.0.7", preset=0)
    with made.open("rb") as file:
        manifest = Bundle(file, keys_in(tmp_path)).manifest
    assert manifest.version == kiosk.__version__
    assert made.name == f"kiosk_{kiosk.__version__}.kiosk-update"
    assert (manifest.follows, manifest.python, manifest.schema["journal"]) == ("0.0.7", "3.11", len(STEPS[JOURNAL]))
    assert set(manifest.files) == {"bin/kiosk", "pyvenv.cfg", "lib/python3.11/site-packages/here.pth"}
