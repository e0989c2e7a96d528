"""Every page as it looks with something on it: what the tests look through, and what the pictures show.

A scene is a page of the centre in a state. Each file here has ``SCENES``; a new page adds its file to ``FILES``.
"""

from tests.pages.scenes import base, calling, display, fleet, launch, operations, reception, settled
from tests.pages.scenes.scene import Scene

FILES = (base, reception, fleet, calling, display, launch, settled, operations)
SCENES: tuple[Scene, ...] = tuple(scene for file in FILES for scene in file.SCENES)
