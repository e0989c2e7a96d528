"""Where to sit, in words not yet said. A place that the site does not know is asked for and never guessed."""

from kiosk.checkin.appointment import Appointment
from kiosk.checkin.site import Site
from kiosk.checkin.wording import Text, named


def place(appointment: Appointment, site: Site) -> Text:
    """The waiting area."""
    area = site.areas.get(appointment.area)
    return named(area.name) if area else Text("place.ask-desk")


def way(appointment: Appointment, site: Site) -> Text | None:
    """The way to it from this kiosk."""
    area = site.areas.get(appointment.area)
    return named(area.directions) if area and area.directions else None


def unknown_names(appointments: tuple[Appointment, ...], site: Site) -> tuple[str, ...]:
    """Units and areas of this site's visits that the site's rules don't hold: a fault of the data."""
    own = [one for one in appointments if one.site in ("", site.id)]
    units = [f"unit:{one.unit}" for one in own if one.unit not in site.units]
    areas = [f"area:{one.area}" for one in own if one.area not in site.areas]
    return tuple(dict.fromkeys(units + areas))
