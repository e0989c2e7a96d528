"""Floor plans as a site's own people draw them (SVG), read into lines, labels and ways: docs/wayfinding.md."""

from central.floor_plan.drawing import DrawingError
from central.floor_plan.reading import read

__all__ = ["DrawingError", "read"]
