"""What a bundle must be before anything of it is believed, and what happens to one that is otherwise."""

import io
import json
import lzma
import struct
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.updating.bundle import MAGIC, SIGNATURE, Bundle, is_whole, keys_in
from kiosk.updating.manifest import Entry, Manifest, RefusedError, decode, encode, number
from tests.updating.nursery import KEY, TOLD, bundle, keys

OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def opened(content: bytes) -> Bundle:
    return Bundle(io.BytesIO(content), {"publisher": KEY.public_key()})


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as refused:
        act()
    assert str(refused.value)
    return refused.value.key


def signed(manifest: bytes, payload: bytes, key: Ed25519PrivateKey = KEY) -> bytes:
    """A bundle by the publisher's own hand, whatever stands in it."""
    return MAGIC + struct.pack(">I", len(manifest)) + key.sign(MAGIC + b"\0" + manifest) + manifest + payload


def packed(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:xz") as archive:
        for member, content in members:
            member.size = len(content) if member.isreg() else 0
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def digest(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


CONTENTS = {"bin/kiosk": b"{}", "pyvenv.cfg": b"home = /usr/bin\n", "lib/one.py": b"# one\n"}


def manifest_of(payload: bytes, contents: dict[str, bytes] | None = None, **other: Any) -> bytes:
    files = {name: [digest(one), len(one), name.startswith("bin/")] for name, one in (contents or CONTENTS).items()}
    told = {"format": 1, "version": "0.2.0", **TOLD, "payload": [digest(payload), len(payload), False], "files": files}
    return json.dumps(told | other).encode()


def plain(contents: dict[str, bytes] = CONTENTS) -> list[tuple[tarfile.TarInfo, bytes]]:
    return [(tarfile.TarInfo(name), content) for name, content in contents.items()]


def test_what_was_packed_comes_out_again_and_the_same_tree_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    one, other = bundle(tmp_path, "0.2.0"), bundle(tmp_path / "again", "0.2.0")
    assert one.read_bytes() == other.read_bytes()
    with one.open("rb") as file:
        found = Bundle(file, keys_in(keys(tmp_path / "keys", OTHER, KEY)))
        assert found.signer == "publisher-1"
        found.unpack(tmp_path / "out")
    tree = tmp_path / "tree-0.2.0"
    for path in tree.rglob("*"):
        if path.is_file():
            assert (tmp_path / "out" / path.relative_to(tree)).read_bytes() == path.read_bytes()
    assert (tmp_path / "out/bin/kiosk").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "out/pyvenv.cfg").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "out/bin/python3").readlink() == Path("/usr/bin/python3.11")
    assert is_whole(tmp_path / "out")


@pytest.mark.parametrize("harm", ["changed", "gone", "more"])
def test_a_version_that_is_not_whole_is_seen(tmp_path: Path, harm: str) -> None:
    with bundle(tmp_path, "0.2.0").open("rb") as file:
        Bundle(file, {"one": KEY.public_key()}).unpack(tmp_path / "out")
    victim = tmp_path / "out/lib/python3.11/site-packages/kiosk/__init__.py"
    match harm:
        case "changed":
            victim.write_text(victim.read_text().replace("0.2.0", "0.2.1", 1))
        case "gone":
            victim.unlink()
        case "more":
            victim.with_name("more.py").touch()
    assert not is_whole(tmp_path / "out")


def test_nobody_but_the_publisher_is_believed(tmp_path: Path) -> None:
    path = bundle(tmp_path, "0.2.0", key=OTHER)
    assert refusal(lambda: opened(path.read_bytes())) == "wrong-signature"
    assert refusal(lambda: Bundle(io.BytesIO(path.read_bytes()), {})) == "no-key"
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/none.pem").write_text("no key at all")
    assert keys_in(tmp_path / "keys") == {}


def test_a_signature_for_one_manifest_counts_for_no_other() -> None:
    content = signed(manifest_of(b""), b"")
    assert refusal(lambda: opened(content.replace(b'"0.2.0"', b'"0.3.0"'))) == "wrong-signature"


def test_no_changed_bit_goes_by(tmp_path: Path) -> None:
    content = bundle(tmp_path, "0.2.0").read_bytes()
    # Each bit of the head, and some of all others.
    places = [*range(len(MAGIC) + 4 + SIGNATURE + 8), *range(120, len(content), 97)]
    for place in places:
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        folder = tmp_path / "out"

        def take(changed: bytes = bytes(changed), folder: Path = folder) -> None:
            opened(changed).unpack(folder)

        assert refusal(take) in ("not-a-bundle", "wrong-signature", "broken")
        assert not folder.exists()


@pytest.mark.parametrize("length", [0, 3, len(MAGIC), len(MAGIC) + 4, 90, 400, -1, -2000])
def test_one_that_was_cut_short_is_refused(tmp_path: Path, length: int) -> None:
    content = bundle(tmp_path, "0.2.0").read_bytes()[:length]
    assert refusal(lambda: opened(content).unpack(tmp_path / "out")) in ("not-a-bundle", "wrong-signature", "broken")
    assert not (tmp_path / "out").exists()


def test_more_at_the_end_is_refused(tmp_path: Path) -> None:
    content = bundle(tmp_path, "0.2.0").read_bytes() + b"x"
    assert refusal(lambda: opened(content).unpack(tmp_path / "out")) == "broken"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_no_bytes_do_anything_but_be_refused(noise: bytes, headed: bool) -> None:
    assert refusal(lambda: opened(MAGIC + noise if headed else noise)) in ("not-a-bundle", "wrong-signature")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["0.2.0", "a" * 64]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["format", "version", "follows", "machine", "schema", "payload", "files", "made_at"]), JSON)
def test_a_manifest_that_says_something_else_is_refused_and_never_an_error(name: str, value: Any) -> None:
    told = json.loads(manifest_of(b"")) | {name: value}
    try:
        found = decode(json.dumps(told).encode())
    except RefusedError:
        return
    assert encode(found)


@pytest.mark.parametrize(
    "name",
    [
        *("../out", "a/../../out", "/etc/passwd", "a//b", "a/./b", "", "a\\b", "a\nb", "manifest.json", "bin/python3"),
        *("bin/kiosk/below", "/".join("a" * 40), "a" * 201, "a/\x00"),
    ],
)
def test_no_path_leads_out_even_with_the_publishers_hand(name: str) -> None:
    contents = CONTENTS | {name: b"x"}
    assert refusal(lambda: opened(signed(manifest_of(b"", contents), b""))) == "unsafe-path"


def hostile(kind: bytes, name: str = "lib/one.py", target: str = "/etc/passwd") -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member, b""


@pytest.mark.parametrize(
    "more",
    [
        hostile(tarfile.SYMTYPE),
        hostile(tarfile.LNKTYPE),
        hostile(tarfile.CHRTYPE),
        hostile(tarfile.BLKTYPE),
        hostile(tarfile.FIFOTYPE),
        hostile(tarfile.DIRTYPE),
        hostile(tarfile.SYMTYPE, "lib"),
        (tarfile.TarInfo("../out"), b"x"),
        (tarfile.TarInfo("lib/two.py"), b"x"),
        (tarfile.TarInfo("bin/kiosk"), b"{}"),
    ],
    ids=["symlink", "hard link", "device", "disk", "pipe", "folder", "link to a folder", "out", "unnamed", "twice"],
)
def test_only_the_plain_files_of_the_manifest_come_out(tmp_path: Path, more: tuple[tarfile.TarInfo, bytes]) -> None:
    named = [one for one in plain() if one[0].name != more[0].name or more[0].name == "bin/kiosk"]
    payload = packed(*named, more)
    taken = opened(signed(manifest_of(payload), payload))
    assert refusal(lambda: taken.unpack(tmp_path / "out")) == "broken"
    assert not (tmp_path / "out/manifest.json").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_a_file_that_is_not_what_its_hash_says_is_refused(tmp_path: Path) -> None:
    payload = packed(*plain(CONTENTS | {"lib/one.py": b"# two\n"}))
    assert refusal(lambda: opened(signed(manifest_of(payload), payload)).unpack(tmp_path / "out")) == "broken"


def test_one_that_lacks_a_file_is_refused(tmp_path: Path) -> None:
    payload = packed(*plain()[:-1])
    assert refusal(lambda: opened(signed(manifest_of(payload), payload)).unpack(tmp_path / "out")) == "broken"


def test_a_bomb_is_never_unpacked(tmp_path: Path) -> None:
    """What says that it is small and is not; and what says truly that it is too large."""
    bomb = lzma.compress(bytes(200 << 20))
    assert refusal(lambda: opened(signed(manifest_of(bomb), bomb)).unpack(tmp_path / "out")) == "broken"
    assert sum(path.stat().st_size for path in tmp_path.rglob("*")) < 1 << 20
    large = json.loads(manifest_of(b""))
    large["files"] |= {f"lib/{place}": ["0" * 64, 1 << 31, False] for place in range(3)}
    assert refusal(lambda: opened(signed(json.dumps(large).encode(), b""))) == "too-large"
    many = json.loads(manifest_of(b""))
    many["files"] |= {f"lib/{place}": ["0" * 64, 0, False] for place in range(100_001)}
    assert refusal(lambda: opened(signed(json.dumps(many).encode(), b""))) == "too-large"


def test_a_manifest_is_read_back_as_it_was_written() -> None:
    files = {"bin/kiosk": Entry("0" * 64, 3, executable=True), "pyvenv.cfg": Entry("1" * 64, 1)}
    one = Manifest("0.2.0", "0.1", "x86_64", "3.11", "2026-01-01T00:00:00Z", {"journal": 2}, Entry("2" * 64, 9), files)
    assert decode(encode(one)) == one


@pytest.mark.parametrize("unknown", ["2", 0, None])
def test_a_form_of_the_future_is_named_as_such(unknown: object) -> None:
    assert refusal(lambda: opened(signed(manifest_of(b"", format=unknown), b""))) == "unknown-format"


def test_versions_are_compared_as_numbers() -> None:
    assert number("0.10") > number("0.9.9")
    assert number("1.0") == number("1.0.0.0")
    for none in ("", "1", "1.x", "v1.0", "1.0-rc1", "1..0", "1.0.0.0.0", "../1.0", "٣.١"):
        with pytest.raises(ValueError, match="not a version"):
            number(none)
