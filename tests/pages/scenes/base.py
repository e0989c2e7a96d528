"""Signing in, the first page, failures."""

from central.people.roles import Role
from tests.central.rig import SITE
from tests.pages.scenes.scene import Scene

SCENES = (
    Scene("sign-in", "/sign-in", signed_in=False),
    Scene("sign-in-link", "/sign-in/link?code=x", signed_in=False, pictured=False),
    Scene("sign-in-refused", "/sign-in/back?state=x", signed_in=False, pictured=False, complains=True),
    Scene("first", "/"),
    Scene("failed", "/nowhere", pictured=False, complains=True),
    Scene("forbidden", f"/reception/{SITE}", roles=(Role.CALLER,), pictured=False, complains=True),
)
