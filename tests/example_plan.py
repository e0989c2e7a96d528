"""A plan of two floors for tests: a kiosk below, a lift at the right, an area on each floor."""

from dataclasses import replace

from kiosk.checkin.plan import Floor, FloorPlan, Landmark, Leg, Mark, Place, Stand, seen_from
from kiosk.checkin.site import Site

LIFT, STAIRS = Mark(Landmark.LIFT, (800, 100)), Mark(Landmark.STAIRS, (100, 100))
OUTLINE = ((0, 0), (1000, 0), (1000, 500), (0, 500), (0, 0))
A1 = Place(((700, 300), (850, 300), (850, 400), (700, 400)), "A1")
B2 = Place(((450, 300), (600, 300), (600, 420), (450, 420)), "B2")
PLAN = FloorPlan(
    (
        Floor(
            "1",
            1000,
            500,
            rooms=(((0, 0), (200, 0), (200, 150), (0, 150)), ((860, 0), (1000, 0), (1000, 200), (860, 200))),
            walls=(OUTLINE, ((200, 0), (200, 150), (0, 150))),
            details=(((420, 300), (480, 300)),),
            places={"A1": A1},
            marks=(LIFT, STAIRS, Mark(Landmark.DESK, (450, 300))),
        ),
        Floor("2", 1000, 500, walls=(OUTLINE,), places={"B2": B2}, marks=(LIFT, STAIRS)),
    ),
    {
        "kiosk-1": Stand(
            0,
            (500, 400),
            0,
            {
                "A1": (Leg(0, ((500, 400), (500, 250), (775, 250), (775, 350))),),
                "B2": (
                    Leg(0, ((500, 400), (500, 250), (800, 250), (800, 100))),
                    Leg(1, ((800, 100), (800, 250), (525, 250), (525, 360))),
                ),
            },
            (Leg(0, ((500, 400), (450, 300))),),
        )
    },
)


def at_example(site: Site) -> Site:
    """The site as ``kiosk-1`` sees it on this plan."""
    return replace(site, here=seen_from(PLAN, "kiosk-1"))
