"""The OpenAPI document as our pages show it: resources, operations, fields in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

DEEPEST = 3
KINDS = {"string": "texte", "integer": "entier", "boolean": "oui ou non", "object": "objet"}
FORMATS = {
    "date": "date",
    "date-time": "date et heure",
    "time": "heure",
    "decimal": "nombre",
    "binary": "fichier",
    "uri": "adresse",
}


@dataclass(frozen=True)
class Field:
    """``name`` leads to it from the top: « steps[].title »."""

    name: str
    kind: str
    said: str
    choices: list[str]
    is_required: bool


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    summary: str
    who: str
    parameters: list[Field]
    body: list[Field]
    answer: list[Field]
    codes: list[str]

    @property
    def anchor(self) -> str:
        return f"{self.method.lower()}{self.path.replace('/', '-').strip('-')}"


@dataclass(frozen=True)
class Resource:
    slug: str
    label: str
    tag: str
    operations: list[Operation]


@cache
def document() -> dict[str, Any]:
    """Built once a process: it depends on the code alone."""
    return SchemaGenerator().get_schema(request=None, public=True)


@cache
def resources() -> dict[str, Resource]:
    """By the word of their address, in the order of the routes."""
    found: dict[str, list[Operation]] = {}
    tags = {}
    for path, methods in document()["paths"].items():
        parts = path.removeprefix("/api/v1/").split("/")
        slug = parts[2] if len(parts) > 3 and parts[2] else parts[0]
        for method, operation in methods.items():
            tags[slug] = operation["tags"][0]
            found.setdefault(slug, []).append(_operation(method, path, operation))
    return {
        slug: Resource(slug, _label(operations), tags[slug], operations)
        for slug, operations in found.items()
    }


def _label(operations: list[Operation]) -> str:
    """From « Lister : actions »."""
    name = operations[0].summary.partition(":")[2].strip()
    return f"{name[:1].upper()}{name[1:]}"


def _operation(method: str, path: str, said: Mapping[str, Any]) -> Operation:
    body = said.get("requestBody", {}).get("content", {}).get("application/json", {})
    done = next(answer for code, answer in said["responses"].items() if code.startswith("2"))
    shown: Mapping[str, Any] = next(iter(done.get("content", {}).values()), {})
    return Operation(
        method=method.upper(),
        path=path,
        summary=said["summary"],
        who=said.get("description", ""),
        parameters=[_parameter(one) for one in said.get("parameters", ()) if one["name"] != "slug"],
        body=list(_fields(body.get("schema", {}))),
        answer=list(_fields(shown.get("schema", {}))),
        codes=list(said["responses"]),
    )


def _parameter(said: Mapping[str, Any]) -> Field:
    schema = said["schema"]
    required = said.get("required", False)
    return _field(said["name"], {**schema, "description": said.get("description", "")}, required)


def _fields(schema: Mapping[str, Any], prefix: str = "", depth: int = 1) -> Iterator[Field]:
    """Those of an object, then of the objects that it holds."""
    schema = _resolved(schema)
    required = schema.get("required", ())
    for name, said in schema.get("properties", {}).items():
        said = _resolved(said)
        yield _field(f"{prefix}{name}", said, name in required)
        inside, mark = (said.get("items", {}), "[].") if "items" in said else (said, ".")
        if depth < DEEPEST:
            yield from _fields(inside, f"{prefix}{name}{mark}", depth + 1)


def _field(name: str, said: Mapping[str, Any], is_required: bool) -> Field:
    return Field(
        name=name,
        kind=_kind(said),
        said=said.get("description", "").partition("\n\n*")[0],
        choices=[str(one) for one in _choices(said)],
        is_required=is_required,
    )


def _choices(said: Mapping[str, Any]) -> list[Any]:
    return [one for one in _resolved(said.get("items", said)).get("enum", ()) if one]


def _kind(said: Mapping[str, Any]) -> str:
    said = _resolved(said)
    if "items" in said:
        return f"liste : {_kind(said['items'])}"
    return FORMATS.get(said.get("format", "")) or KINDS.get(said.get("type", ""), "objet")


def _resolved(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference, alone or with a description, leads to."""
    while reference := said.get("$ref") or next(
        (one["$ref"] for one in said.get("allOf", ()) if "$ref" in one), ""
    ):
        rest = {name: value for name, value in said.items() if name not in ("$ref", "allOf")}
        named = document()["components"]["schemas"][reference.rsplit("/", 1)[1]]
        said = {**named, **rest}
    return said
