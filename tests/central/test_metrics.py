"""What the service counts, as Prometheus reads it, and the dashboard over it."""

import json
import re
import threading
from datetime import timedelta

import httpx
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families

from central.metrics import KEPT_SECONDS, Metrics
from central.serve import listen, server
from central.serving import ServeConfig
from central.store import StoreUnavailableError
from central.store.figures import LIGHTS, Figures, figures
from kiosk.sync.messages import Heartbeat, encode
from tests.central.rig import ROOT, Centre, check_in, command

DASHBOARD = ROOT / "docs" / "grafana" / "centre.json"
SAMPLES = dict[str, float]


def scraped(centre: Centre) -> tuple[SAMPLES, str]:
    answer = httpx.get(f"{centre.url}/metrics", trust_env=False)
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found, answer.text


def beat(centre: Centre, light: str, waiting: int, minutes: int) -> bytes:
    oldest = centre.moment - timedelta(minutes=minutes)
    return encode(Heartbeat(at=centre.moment, light=light, waiting=waiting, oldest_waiting_at=oldest))


def test_it_counts_what_happens(centre: Centre) -> None:
    kiosk, other = centre.kiosk(), centre.kiosk("k2")
    centre.kiosk("never-heard")
    kiosk.send(check_in("A1"), check_in("A1"), {})
    kiosk.http.post("/v1/heartbeats", content=beat(centre, "green", 3, 20)).raise_for_status()
    other.http.post("/v1/heartbeats", content=beat(centre, "purple", 1, 5)).raise_for_status()
    kiosk.http.get("/v1/nothing")
    found, _ = scraped(centre)
    assert found["central_requests_total{operation=facts,status=200}"] == 1
    assert found["central_requests_total{operation=none,status=404}"] == 1
    assert found["central_request_seconds_count{operation=facts}"] == 1
    for verdict, count in {"recorded": 1, "conflict": 1, "refused": 1, "duplicate": 0}.items():
        assert found[f"central_facts_total{{verdict={verdict}}}"] == count
    assert found["central_group_requests_count"] == found["central_commit_seconds_count"] > 0
    assert [found[f"central_kiosks{{light={light}}}"] for light in LIGHTS] == [1, 0, 0, 2]
    assert (found["central_facts_waiting"], found["central_oldest_unsent_fact_seconds"]) == (4, 20 * 60)
    assert (found["central_conflicts_open"], found["central_kiosks_silent"], found["central_database_up"]) == (1, 0, 1)


def test_the_figures_of_the_fleet_follow_time_and_people(centre: Centre) -> None:
    kiosk = centre.kiosk()
    _, conflict = kiosk.send(check_in("A1"), check_in("A1"))
    kiosk.http.post("/v1/heartbeats", content=beat(centre, "red", 1, 0)).raise_for_status()
    centre.moment += timedelta(minutes=4)
    with centre.store.reading() as connection:
        first = figures(connection, centre.now())
    assert (first.silent, first.oldest_unsent_seconds, first.conflicts_open, first.revoked) == (1, 240, 1, 0)
    assert command(centre.data, "close-conflict", conflict["id"], "--note", "looked").exit_code == 0
    assert command(centre.data, "revoke", "k1").exit_code == 0
    with centre.store.reading() as connection:
        second = figures(connection, centre.now())
    assert (second.conflicts_open, second.revoked) == (0, 1)


def test_no_label_names_a_kiosk_a_site_or_a_person(centre: Centre) -> None:
    kiosk = centre.kiosk("kiosk-of-lobby")
    kiosk.send(check_in("A1"))
    kiosk.http.get("/010594Y9032")
    _, text = scraped(centre)
    assert not [word for word in ("kiosk-of-lobby", "kalasatama", "010594Y9032", 'A1"') if word in text]
    labels = set(re.findall(r"[{,](\w+)=", text))
    about_python = {"implementation", "major", "minor", "patchlevel", "version"}
    assert labels <= {"operation", "status", "verdict", "light", "le"} | about_python


def away() -> Figures:
    raise StoreUnavailableError


def test_without_a_database_the_rest_is_told_all_the_same() -> None:
    metrics = Metrics(away)
    metrics.answered("facts", 503, 0.1)
    metrics.database_failed()
    found = {sample.name: sample.value for family in _read(metrics) for sample in family.samples}
    assert (found["central_database_up"], found["central_database_errors_total"]) == (0, 1)
    assert "central_conflicts_open" not in found


def test_the_database_is_not_counted_at_every_question(centre: Centre) -> None:
    looks = []

    def look() -> Figures:
        looks.append(1)
        with centre.store.reading() as connection:
            return figures(connection, centre.now())

    metrics = Metrics(look)
    for _ in range(5):
        metrics.exposition()
    assert (len(looks), KEPT_SECONDS) == (1, 10)


def test_only_who_may_reads_them(centre: Centre) -> None:
    bound = listen("127.0.0.1", 0)
    other = server(centre.store, centre.now, options=ServeConfig(metrics=("10.0.0.0/8",)))
    thread = threading.Thread(target=other.run, kwargs={"sockets": [bound]})
    thread.start()
    answer = httpx.get(f"http://127.0.0.1:{bound.getsockname()[1]}/metrics", trust_env=False)
    other.should_exit = True
    thread.join()
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:kiosk:problem:forbidden")


def _read(metrics: Metrics) -> list[Metric]:
    return list(text_string_to_metric_families(metrics.exposition().decode()))


def test_every_query_of_the_dashboard_names_what_there_is(centre: Centre) -> None:
    kiosk = centre.kiosk()
    kiosk.send(check_in("A1"))
    found, _ = scraped(centre)
    told = json.loads(DASHBOARD.read_text())
    known = {name.partition("{")[0] for name in found}
    labels = {label for name in found for label in re.findall(r"[{,](\w+)=", name)} | {"job"}
    queries = [target["expr"] for panel in told["panels"] for target in panel["targets"]]
    assert len(queries) > 15
    for query in queries:
        named = set(re.findall(r"\b(?:central|process)_\w+", query))
        assert named
        assert named <= known, query
        asked = re.findall(r"[{,]\s*(\w+)\s*[=!]", query) + re.findall(r"by \(([^)]*)\)", query)
        assert {one.strip() for each in asked for one in each.split(",")} <= labels, query
    shown = {name for query in queries for name in re.findall(r"\bcentral_\w+", query)}
    own = {name for name in known if name.startswith("central_")}
    assert {re.sub(r"_(bucket|sum|count)$", "", name) for name in own} == {
        re.sub(r"_(bucket|sum|count)$", "", name) for name in shown
    }, "what is counted is shown"
    assert len({panel["id"] for panel in told["panels"]}) == len(told["panels"])
