"""A value of the database as the text of a CSV cell, and back, exactly.

Empty means nothing at all (NULL) wherever the column admits it. A text that a spreadsheet could
take for a formula starts with an apostrophe, which reading takes off again.
"""

import json
from datetime import date, datetime, time
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from ctg.spreadsheets.tables import FORMULA_IN_CSV

APOSTROPHE = "'"


def written(field: models.Field, value: Any) -> str:
    if value is None:
        return ""
    if field.related_model is ContentType:
        return _type_name(value)
    if isinstance(field, models.JSONField):
        return json.dumps(value, ensure_ascii=False, cls=field.encoder or DjangoJSONEncoder)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    text = str(value)
    if isinstance(value, str) and (FORMULA_IN_CSV.match(text) or text.startswith(APOSTROPHE)):
        return APOSTROPHE + text
    return text


def read(field: models.Field, text: str) -> Any:
    """ValidationError, in words, for what the column cannot hold."""
    if text == "" and (field.null or not _holds_text(field)):
        return None
    if field.related_model is ContentType:
        return _type_key(text)
    if isinstance(field, models.JSONField):
        return json.loads(text, cls=field.decoder)
    if _holds_text(field):
        text = text.removeprefix(APOSTROPHE)
        if field.max_length and len(text) > field.max_length:
            raise ValidationError(f"plus de {field.max_length} signes")
        return text
    if isinstance(field, models.BooleanField):
        text = text.capitalize()  # as Python spells it
    return field.to_python(text)


def _holds_text(field: models.Field) -> bool:
    return isinstance(field, (models.CharField, models.TextField, models.FileField))


def _type_name(key: int) -> str:
    return ".".join(ContentType.objects.get_for_id(key).natural_key())


def _type_key(name: str) -> int:
    app, _, model = name.partition(".")
    try:
        return ContentType.objects.get_by_natural_key(app, model).pk
    except ContentType.DoesNotExist:
        raise ValidationError(f"objet inconnu : {name}") from None
