"""What the service counts, for Prometheus. No label names a kiosk, a site or a person: their number stays small."""

import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from central.store.figures import LIGHTS, Figures
from kiosk.checkin.facts import Verdict

# Twice as many lines, and no dashboard asks since when something is counted.
disable_created_metrics()  # type: ignore[no-untyped-call]

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""The text format that every Prometheus reads."""
NO_OPERATION = "none"
"""Stands for the operation where a request was for no address of ours."""
KEPT_SECONDS = 10.0
"""How long figures of the whole database are told again before they are counted anew."""

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_GROUPS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """The counters of one service. ``look`` counts what the database holds; it may raise, and then that is left out."""

    def __init__(self, look: Callable[[], Figures]) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._requests = Counter(
            "central_requests", "Requests that were answered.", ["operation", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "central_request_seconds",
            "Seconds to an answer; of the change feed, what it held the question for included.",
            ["operation"],
            buckets=(*_QUICK, 30.0, 60.0),
            registry=self._registry,
        )
        self._answers: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        facts = Counter("central_facts", "Facts that were answered.", ["verdict"], registry=self._registry)
        self._facts = {verdict: facts.labels(verdict.value) for verdict in Verdict}
        self._group = Histogram(
            "central_group_requests", "Requests in one commit.", buckets=_GROUPS, registry=self._registry
        )
        self._commit = Histogram(
            "central_commit_seconds", "Seconds that one commit took.", buckets=_QUICK, registry=self._registry
        )
        self._errors = Counter(
            "central_database_errors", "Requests that failed on the database.", registry=self._registry
        )
        self._registry.register(_Fleet(look))

    def answered(self, operation: str, status: int, seconds: float) -> None:
        """A request was answered."""
        counted = self._answers.get((operation, status))
        if counted is None:
            counted = self._requests.labels(operation, str(status)), self._seconds.labels(operation)
            # To find them by their labels takes longer than to count.
            self._answers[operation, status] = counted
        counted[0].inc()
        counted[1].observe(seconds)

    def facts(self, verdicts: Iterator[Verdict]) -> None:
        """Facts were taken."""
        for verdict, count in Tally(verdicts).items():
            self._facts[verdict].inc(count)

    def committed(self, requests: int, seconds: float) -> None:
        """A transaction of the writer is on the disk. Called from its thread."""
        self._group.observe(requests)
        self._commit.observe(seconds)

    def database_failed(self) -> None:
        """A request found no database that answers."""
        self._errors.inc()

    def exposition(self) -> bytes:
        """All of it in the text format. It reads the database."""
        return generate_latest(self._registry)


class _Fleet(Collector):
    def __init__(self, look: Callable[[], Figures]) -> None:
        self._look = look
        self._kept: Figures | None = None
        self._kept_at = 0.0

    def describe(self) -> list[Metric]:
        """Nothing beforehand: registering must not read the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        found = self._figures()
        yield GaugeMetricFamily(
            "central_database_up", "Whether the figures below could be counted.", value=float(found is not None)
        )
        if found is None:
            return
        kiosks = GaugeMetricFamily(
            "central_kiosks", "Enrolled kiosks, by the light that each last told.", labels=["light"]
        )
        for light in LIGHTS:
            kiosks.add_metric([light], found.by_light.get(light, 0))
        yield kiosks
        plain = (
            ("central_kiosks_silent", "Kiosks that were not heard for minutes.", found.silent),
            ("central_kiosks_revoked", "Kiosks that are let in no more.", found.revoked),
            ("central_facts_waiting", "Facts that wait on kiosks, as they last told.", found.waiting),
            ("central_oldest_unsent_fact_seconds", "Age of the oldest of them.", found.oldest_unsent_seconds),
            ("central_conflicts_open", "Conflicts that nobody has looked into.", found.conflicts_open),
        )
        for name, about, value in plain:
            yield GaugeMetricFamily(name, about, value=value)

    def _figures(self) -> Figures | None:
        now = time.monotonic()
        if self._kept is None or now - self._kept_at > KEPT_SECONDS:
            try:
                self._kept, self._kept_at = self._look(), now
            except Exception:  # noqa: BLE001 - the rest must be told all the same, above all when the database is away
                self._kept = None
        return self._kept
