"""The OpenAPI 3.1 document, made from the table of operations and the types of the messages."""

from http import HTTPStatus
from typing import Any

import msgspec

from central.auth import OAuthError
from central.operations import JSON, OPERATIONS, Operation
from central.problems import MEDIA_TYPE, STATUS, TYPE_PREFIX, Key
from kiosk.sync import messages

_RECORDS = (
    *(messages.SiteRecord, messages.ConfigurationRecord),
    *(messages.AppointmentRecord, messages.QueueRecord, messages.GoneRecord),
)
_PLACES = "#/components/schemas/{name}"


def document() -> bytes:
    """The document as JSON."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    token_path = next(operation.path for operation in OPERATIONS if operation.id == "token")
    flow = {"clientCredentials": {"tokenUrl": token_path, "scopes": {}}}
    scheme = {
        "type": "oauth2",
        "description": "Client credentials with private_key_jwt (RFC 7523), ES384, as in SMART Backend Services.",
        "flows": flow,
    }
    whole = {
        "openapi": "3.1.0",
        "info": {
            "title": "Central sync service of the health-centre kiosk",
            "version": str(messages.VERSION),
            "description": "Unknown fields are ignored. Times are RFC 3339 with an offset. Errors are problems of "
            "RFC 9457. Request bodies may be sent as they are or in gzip.",
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": _schemas(), "securitySchemes": {"kiosk": scheme}},
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=2)


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.about,
        "security": [{"kiosk": []}] if operation.secured else [],
        "responses": _responses(operation),
    }
    if operation.parameters:
        described["parameters"] = [
            {"name": one.name, "in": "query", "description": one.about, "schema": one.schema}
            for one in operation.parameters
        ]
    if operation.request is not None:
        body = {operation.request_type: {"schema": _reference(operation.request)}}
        described["requestBody"] = {"required": True, "content": body}
    return described


def _responses(operation: Operation) -> dict[str, Any]:
    plain = {"type": "object" if operation.answer_type == JSON else "string"}
    answer = plain if operation.answer is None else _reference(operation.answer)
    responses = {"200": _response("Done.", operation.answer_type, answer)}
    for status in operation.refusals:
        responses[str(status)] = _response(HTTPStatus(status).phrase, JSON, _reference(OAuthError))
    by_status: dict[int, list[Key]] = {}
    for key in operation.problems:
        by_status.setdefault(STATUS[key][0], []).append(key)
    for status, keys in by_status.items():
        about = "; ".join(f"`{TYPE_PREFIX}{key}`: {STATUS[key][1]}" for key in keys)
        responses[str(status)] = _response(about, MEDIA_TYPE, _reference(messages.Problem))
    if 401 in by_status:
        responses["401"]["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    for status in {429, 503} & by_status.keys():
        responses[str(status)]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return responses


def _response(about: str, media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": about, "content": {media_type: {"schema": schema}}}


def _reference(of: type[msgspec.Struct]) -> dict[str, Any]:
    return {"$ref": _PLACES.format(name=of.__name__)}


def _schemas() -> dict[str, Any]:
    types: list[type[msgspec.Struct]] = [messages.FactMessage, messages.Problem, OAuthError, *_RECORDS]
    for operation in OPERATIONS:
        types += [one for one in (operation.request, operation.answer) if one is not None]
    _, schemas = msgspec.json.schema_components(types, ref_template=_PLACES)
    for schema in schemas.values():
        # A message of another version is refused as a whole.
        if "version" in schema.get("properties", {}):
            schema["properties"]["version"] |= {"const": messages.VERSION}
    # Both travel raw, so that one bad item harms no other: their types say nothing of what the items are.
    schemas["FactBatch"]["properties"]["facts"]["items"] = _reference(messages.FactMessage)
    known = [_reference(record) for record in _RECORDS]
    tag = {"record": {"type": "string"}}
    newer = {"title": "A record of a kind that the reader does not know, and skips", "type": "object"}
    schemas["Changes"]["properties"]["records"]["items"] = {
        "anyOf": [*known, newer | {"required": ["record"], "properties": tag}]
    }
    return schemas
