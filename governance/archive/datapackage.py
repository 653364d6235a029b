"""What each table holds, column by column, as a Tabular Data Package describes it.

https://datapackage.org/ : programs that read archives of tables know it.
"""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from ctg.convention.models import Convention
from governance.archive.tables import Table, tables

# The first that fits: a Decimal is written with a dot, a moment with its offset.
TYPES: list[tuple[type[models.Field], str]] = [
    (models.BooleanField, "boolean"),
    (models.DecimalField, "number"),
    (models.IntegerField, "integer"),
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
    (models.JSONField, "object"),
    (models.CharField, "string"),
    (models.TextField, "string"),
    (models.FileField, "string"),
]


def datapackage(
    convention: Convention, counts: dict[str, int], files: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    return {
        "profile": "tabular-data-package",
        "name": convention.slug,
        "title": str(convention),
        "description": (
            "Toutes les tables de la convention. Une cellule vide ne dit rien. Un texte qu’un "
            "tableur prendrait pour une formule commence par une apostrophe, à retirer."
        ),
        "resources": [
            _resource(table, counts[table.name], files[table.path]) for table in tables()
        ],
    }


def _resource(table: Table, count: int, file: dict[str, Any]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.label,
        "path": table.path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "doubleQuote": True},
        "bytes": file["bytes"],
        "hash": f"sha256:{file['sha256']}",
        "rows": count,
        "schema": {
            "fields": [_field(field) for field in table.fields],
            "missingValues": [""],
            "primaryKey": table.fields[_key(table)].attname,
            "foreignKeys": _foreign_keys(table),
        },
    }


def _key(table: Table) -> int:
    return next(i for i, field in enumerate(table.fields) if field.primary_key)


def _field(field: models.Field) -> dict[str, Any]:
    said = {"name": field.attname, "title": str(field.verbose_name), "type": type_of(field)}
    if field.choices:
        labels = [(str(value), str(label)) for value, label in field.flatchoices if value != ""]
        said["description"] = " ; ".join(f"{value} : {label}" for value, label in labels)
    if field.related_model is ContentType:
        said["description"] = "le nom de la table dont parle la ligne"
    return said


def type_of(field: models.Field) -> str:
    if field.related_model is ContentType:
        return "string"
    concrete = field
    while isinstance(concrete, models.ForeignKey):
        concrete = concrete.target_field
    if isinstance(concrete, models.JSONField):
        return "array" if concrete.default is list else "object"
    return next(name for kind, name in TYPES if isinstance(concrete, kind))


def _foreign_keys(table: Table) -> list[dict[str, Any]]:
    """A history may name rows that were deleted since: it promises nothing."""
    names = {other.model: other for other in tables()}
    return [
        {
            "fields": field.attname,
            "reference": {
                "resource": "" if field.related_model is table.model else other.name,
                "fields": other.fields[_key(other)].attname,
            },
        }
        for field in table.references
        if field.db_constraint and (other := names.get(field.related_model))
    ]
