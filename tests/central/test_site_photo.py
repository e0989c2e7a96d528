"""A photograph of a waiting area: what travels is a small JPEG, and nothing that a camera wrote beside it."""

import base64
import io
import json
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from central import site_files, site_photo
from central.site_photo import PhotoError
from kiosk.sync.messages import AreaMessage


def written(image: Image.Image, form: str, **how: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **how)
    return file.getvalue()


def opened(photo: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(photo, validate=True)))


def noise(wide: int, high: int) -> Image.Image:
    return Image.frombytes("RGB", (wide, high), Random(7).randbytes(wide * high * 3))


def test_what_the_camera_noted_does_not_travel_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera of somebody"
    file = written(Image.new("RGB", (300, 200), "teal"), "JPEG", exif=exif, comment=b"a comment")
    photo = opened(site_photo.read(file))
    assert (photo.format, photo.size, dict(photo.getexif())) == ("JPEG", (200, 300), {})
    assert b"Camera" not in base64.b64decode(site_photo.read(file))
    assert "comment" not in photo.info


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_it_is_small_however_large_and_rich_it_was(form: str) -> None:
    photo = site_photo.read(written(noise(2000, 1500), form))
    assert opened(photo).size == (533, 400)
    assert len(base64.b64decode(photo)) <= site_photo.LARGEST
    assert len(photo) <= 80_000


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"", "no JPEG and no PNG"),
        (b"<svg/>", "no JPEG and no PNG"),
        (written(Image.new("RGB", (9, 9)), "GIF"), "no JPEG and no PNG"),
        (written(Image.new("RGB", (900, 900)), "JPEG")[:400], "no JPEG and no PNG"),
        (b"\xff" * (site_photo.MOST_BYTES + 1), "larger than 12 MiB"),
        (written(Image.new("1", (8000, 8000)), "PNG"), "too many pixels"),
    ],
)
def test_anything_else_is_refused(file: bytes, said: str) -> None:
    with pytest.raises(PhotoError, match=said):
        site_photo.read(file)


def test_an_area_names_the_photograph_beside_its_site(tmp_path: Path) -> None:
    site = site_files.example("kalasatama")
    assert isinstance(site, dict)
    areas = [area | {"photo": "b2.png"} if area["id"] == "B2" else area for area in site["areas"]]
    (tmp_path / "own.json").write_text(json.dumps({"extends": "kalasatama", "areas": areas}))
    (tmp_path / "b2.png").write_bytes(written(Image.new("RGB", (90, 60), "white"), "PNG"))
    rules, _ = site_files.site(site_files.from_file(tmp_path / "own.json"))
    photos = {area.id: area.photo for area in rules.areas}
    assert opened(photos["B2"]).size == (90, 60)
    assert [photo for name, photo in photos.items() if name != "B2"] == [""] * (len(photos) - 1)
    assert AreaMessage(id="x", name={}).photo == ""
