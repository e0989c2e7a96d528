"""Adapters from the configuration: the only place that knows all of them."""

from collections.abc import Callable, Mapping
from datetime import datetime

from central.ehr.adapter import Adapter
from central.ehr.config import CsvFolder, Ehr, Fhir
from central.ehr.csv_folder.adapter import CsvFolderAdapter
from central.ehr.fhir.adapter import FhirAdapter
from central.ehr.hl7.adapter import Hl7Adapter
from central.store import Store, ehr_inbox, sites


def adapter(section: Ehr, store: Store, now: Callable[[], datetime]) -> Adapter:
    """The adapter of a section. Raises ``EhrConfigError`` for a key that cannot be used."""

    def patterns() -> Mapping[str, str]:
        with store.reading() as connection:
            return {name: rules.policy.local_pattern for name, rules in sites.all_rules(connection).items()}

    def statuses(remotes: list[str]) -> Mapping[str, str]:
        with store.reading() as connection:
            return ehr_inbox.status_of(connection, section.name, remotes)

    def zones() -> Mapping[str, str]:
        with store.reading() as connection:
            return {name: rules.zone for name, rules in sites.all_rules(connection).items()}

    if isinstance(section, Fhir):
        return FhirAdapter(section, now, patterns)
    if isinstance(section, CsvFolder):
        return CsvFolderAdapter(section, now, statuses)
    return Hl7Adapter(section, now, zones, patterns, statuses)
