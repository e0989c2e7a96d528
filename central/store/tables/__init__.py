"""The tables, by subject. Rows are keyed by site wherever they can be, so that they may one day be spread by site."""

from central.store.tables.appointments import appointment, queue, roster
from central.store.tables.arrivals import annulled, arrival, call_back, closed_conflict
from central.store.tables.calls import call, calling_room, calling_seat
from central.store.tables.changes import change
from central.store.tables.columns import Moment, metadata
from central.store.tables.day_closes import closed_difference, day_close
from central.store.tables.ehr import ehr_difference, ehr_letter, ehr_link, ehr_place, ehr_refused, ehr_turn
from central.store.tables.facts import EMPTY, fact, parked
from central.store.tables.fleet import alarm, alarm_letter, incident, kiosk_history, step_count
from central.store.tables.kiosks import assertion, code, kiosk, kiosk_state, reserve
from central.store.tables.launch import published, report, report_step
from central.store.tables.numbers import lease, series
from central.store.tables.people import admin_link, session, sign_in, staff_action
from central.store.tables.reception import care, matched, no_show, waiting_rule
from central.store.tables.settings import setting
from central.store.tables.sites import site
from central.store.tables.versions import site_decision, site_proposal, site_version

__all__ = [
    "EMPTY",
    "Moment",
    "admin_link",
    "alarm",
    "alarm_letter",
    "annulled",
    "appointment",
    "arrival",
    "assertion",
    "call",
    "call_back",
    "calling_room",
    "calling_seat",
    "care",
    "change",
    "closed_conflict",
    "closed_difference",
    "code",
    "day_close",
    "ehr_difference",
    "ehr_letter",
    "ehr_link",
    "ehr_place",
    "ehr_refused",
    "ehr_turn",
    "fact",
    "incident",
    "kiosk",
    "kiosk_history",
    "kiosk_state",
    "lease",
    "matched",
    "metadata",
    "no_show",
    "parked",
    "published",
    "queue",
    "report",
    "report_step",
    "reserve",
    "roster",
    "series",
    "session",
    "setting",
    "sign_in",
    "site",
    "site_decision",
    "site_proposal",
    "site_version",
    "staff_action",
    "step_count",
    "waiting_rule",
]
