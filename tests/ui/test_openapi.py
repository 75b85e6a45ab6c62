"""What /openapi.json promises holds: requests made from it, fitting and not, get nothing that it does not name."""

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig

# What fits field by field may make no sense as a whole: dates that exclude one another, a question without a word.
CONFIG = SchemathesisConfig.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "422"]}}}
)
EXAMPLES = 6
HEALTH = list(HealthCheck)  # slow is no fault here


@schemathesis.serializer("application/x-ndjson")
def _as_it_is(_: object, value: object) -> bytes:
    return str(value).encode("utf-8", "replace")


def test_every_body_has_an_example(seeds_server: str) -> None:
    document = httpx.get(f"{seeds_server}/openapi.json").json()
    without = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            bodies = operation["responses"] | {"request": operation.get("requestBody", {})}
            for name, body in bodies.items():
                for media_type, content in body.get("content", {}).items():
                    schema = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
                    known = document["components"]["schemas"].get(schema, {})
                    if media_type != "text/plain" and not (content.get("example") or known.get("examples")):
                        without.append(f"{method} {path} {name}")
    assert without == []


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
def test_nothing_is_answered_that_is_not_described(seeds_server: str, mode: GenerationMode) -> None:
    described = schemathesis.openapi.from_url(f"{seeds_server}/openapi.json", config=CONFIG)
    tried = 0
    for result in described.get_all_operations():
        operation = result.ok()
        if mode == GenerationMode.NEGATIVE and not (operation.body or operation.query):
            continue  # nothing about it can be wrong
        if mode == GenerationMode.NEGATIVE and operation.path == "/ask/batch":
            continue  # each line has an error of its own, with status 200

        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=HEALTH)
        @given(case=operation.as_strategy(generation_mode=mode))
        def answered_as_described(case: Case) -> None:
            case.call_and_validate(timeout=60)

        answered_as_described()
        tried += 1
    assert tried >= 5
