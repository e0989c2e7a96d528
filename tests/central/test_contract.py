"""The running service keeps to its own OpenAPI document, whatever is sent: Schemathesis makes what is sent, from it."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from schemathesis.specs.openapi.schemas import OpenApiSchema

from central.operations import OPERATIONS, Operation
from tests.central import databases
from tests.central.rig import Centre

EXAMPLES = 30
LENIENT = {
    # A bad fact harms no other: it is refused in the answer, which is 200.
    "facts": [negative_data_rejection],
    # A code, an assertion or a signature that is well formed is not yet a good one.
    "token": [positive_data_acceptance],
    "close": [positive_data_acceptance],
    "rekey": [positive_data_acceptance],
    "enrol": [positive_data_acceptance],
}
"""What a check would have that this contract does not."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OpenApiSchema, str]]:
    folder = tmp_path_factory.mktemp("contract")
    with databases.file(folder) as url, Centre(folder, url) as centre:
        centre.seed(("A1", "010594Y9032", "09:00"))
        kiosk = centre.kiosk()
        found = schemathesis.openapi.from_url(f"{centre.url}/openapi.json")
        refusals = found.config.checks.negative_data_rejection
        # A text beyond its length may be a body beyond its own.
        refusals.expected_statuses = [*refusals.expected_statuses, "413"]
        yield found, str(kiosk.http.headers["Authorization"])


def _has_float(part: Any) -> bool:
    """JSON Schema calls 111.0 a whole number. Whoever writes our messages doesn't."""
    if isinstance(part, dict | list):
        return any(_has_float(one) for one in (part.values() if isinstance(part, dict) else part))
    return isinstance(part, float)


CASES = [
    pytest.param(operation, mode, id=f"{operation.id}-{mode.value}")
    for operation in OPERATIONS
    for mode in GenerationMode
    # Where nothing is sent, nothing can be wrong with it.
    if mode is GenerationMode.POSITIVE or operation.request is not None or operation.parameters
]


@pytest.mark.parametrize(("operation", "mode"), CASES)
def test_whatever_is_sent_the_answer_is_as_the_document_has_it(
    service: tuple[OpenApiSchema, str], operation: Operation, mode: GenerationMode
) -> None:
    found, token = service
    asked = found[operation.path][operation.method]
    headers = {"Authorization": token} if operation.secured else {}

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=asked.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        excluded: list[Any] = LENIENT.get(operation.id, []) + (
            [positive_data_acceptance] if _has_float(case.body) else []
        )
        case.call_and_validate(headers=headers, excluded_checks=excluded, timeout=30)

    ask()
