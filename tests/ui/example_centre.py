"""A health centre that uses everything a site can, in three languages."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from kiosk.checkin.site import (
    Area,
    Bulletin,
    Hours,
    LocalText,
    Neighbour,
    Policy,
    Portal,
    Queue,
    Service,
    Severity,
    Site,
    Unit,
)

NOW = datetime(2026, 11, 23, 6, 50, tzinfo=UTC)
"""A Monday, 8.50 on the wall clock."""


def words(fi: str, sv: str, en: str) -> LocalText:
    return {"fi": fi, "sv": sv, "en": en}


UNITS = {
    "laboratory": words("Laboratorio", "Laboratoriet", "Laboratory"),
    "dental": words("Suun terveydenhuolto", "Munhälsovården", "Dental care"),
    "maternity": words("Äitiys- ja lastenneuvola", "Mödra- och barnrådgivningen", "Maternity and child health clinic"),
    "measuring": words("Mittauspiste", "Mätpunkten", "Measuring station"),
    "station": words("Terveysasema", "Hälsostationen", "Health station"),
    "family": words("Perhekeskus", "Familjecentret", "Family centre"),
}

AREAS = {
    "A1": (
        words("Odotusalue A1", "Väntrum A1", "Waiting area A1"),
        words("Tästä suoraan eteenpäin.", "Rakt fram härifrån.", "Straight ahead from here."),
    ),
    "B2": (
        words("Odotusalue B2, toinen kerros", "Väntrum B2, andra våningen", "Waiting area B2"),
        words(
            "Hissi on takanasi. Käänny hissistä oikealle.",
            "Hissen är bakom dig. Ta till höger från hissen.",
            "Second floor. Lift behind you, to the right.",
        ),
    ),
    "C3": (
        words("Odotusalue C3, kolmas kerros", "Väntrum C3, tredje våningen", "Waiting area C3, third floor"),
        words("Hissi on takanasi.", "Hissen är bakom dig.", "The lift is behind you."),
    ),
}

OPEN = tuple(Hours(day, time(8), time(15)) for day in range(1, 6))
AFTERNOON = tuple(Hours(day, time(12), time(15)) for day in range(1, 6))

SERVICES = (
    Service("laboratory", UNITS["laboratory"], "A1", "L", OPEN),
    Service("direct", words("Suoravastaanotto", "Direktmottagning", "Direct reception"), "B2", "S", OPEN),
    Service("vaccination", words("Rokotukset", "Vaccinationer", "Vaccinations"), "A1", "R", AFTERNOON),
    Service(
        "supplies",
        words("Hoitotarvikkeiden jakelu", "Utdelning av vårdtillbehör", "Medical supplies"),
        "A1",
        "H",
        AFTERNOON,
    ),
    Service("measuring", UNITS["measuring"], "A1", "M", OPEN),
    Service("information", words("Neuvonta", "Rådgivning", "Information"), "A1", "N", OPEN),
)

BULLETINS = (
    Bulletin(
        "lift",
        words(
            "Hissi on rikki tänään. Portaat ovat vasemmalla.",
            "Hissen är ur bruk i dag. Trapporna är till vänster.",
            "The lift is out of order today. The stairs are on the left.",
        ),
        NOW - timedelta(days=1),
        NOW + timedelta(days=1),
        Severity.WARNING,
    ),
    Bulletin(
        "closing",
        words(
            "Terveysasema on suljettu itsenäisyyspäivänä 6.12.",
            "Hälsostationen är stängd på självständighetsdagen 6.12.",
            "The health station is closed on Independence Day, 6 December.",
        ),
        NOW - timedelta(days=1),
        NOW + timedelta(days=20),
    ),
)

PLAIN = Site(
    id="kalasatama",
    name=words(
        "Kalasatama, terveys- ja hyvinvointikeskus",
        "Fiskehamnen, hälso- och välfärdscentral",
        "Kalasatama health and well-being centre",
    ),
    zone="Europe/Helsinki",
    languages=("fi", "sv", "en"),
    desk=words(
        "Palvelutiski sisäänkäynnin vieressä", "Servicedisken bredvid ingången", "Service desk beside the entrance"
    ),
    units={unit: Unit(unit, name) for unit, name in UNITS.items()},
    areas={area: Area(area, *told) for area, told in AREAS.items()},
)
"""Offers nothing but check-in."""

FULL = replace(
    PLAIN,
    services={service.id: service for service in SERVICES},
    queues={
        "laboratory": Queue(4, 15, NOW),
        "direct": Queue(11, 55, NOW),
        "measuring": Queue(1, None, NOW),
    },
    neighbours={
        "itakatu": Neighbour(
            "itakatu",
            words("Itäkadun perhekeskus", "Familjecentret på Östergatan", "Itäkatu family centre"),
            words("Tallinnanaukio 1, Helsinki", "Tallinnplatsen 1, Helsingfors", "Tallinnanaukio 1, Helsinki"),
            words(
                "Metro itään, pysäkki Itäkeskus. Siitä 300 metriä.",
                "Metro österut, station Östra centrum. Därifrån 300 meter.",
                "Metro eastwards to Itäkeskus. From there 300 metres.",
            ),
            25,
            "https://reittiopas.hsl.fi/reitti/Kalasatama/Tallinnanaukio%201",
        )
    },
    bulletins=BULLETINS,
    portals=(
        Portal(
            "maisa",
            words("Maisa: ajat ja viestit", "Maisa: tider och meddelanden", "Maisa: appointments and messages"),
            "https://www.maisa.fi",
        ),
        Portal(
            "omaolo",
            words("Omaolo: tee oirearvio", "Omaolo: bedöm dina symtom", "Omaolo: check your symptoms"),
            "https://www.omaolo.fi",
        ),
    ),
    policy=Policy(
        names_practitioner=True,
        family=True,
        contact_check=True,
        desk_tickets=True,
        call_back_services=("station", "dental", "maternity"),
        code_pattern="[A-Z0-9]{8}",
    ),
)
"""Offers everything."""
