"""What went wrong, said in French as RFC 9457 writes it: ``application/problem+json``."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from ctg.french import typeset

TITLES = {
    HTTPStatus.BAD_REQUEST: "Demande incorrecte",
    HTTPStatus.UNAUTHORIZED: "Qui êtes-vous ?",
    HTTPStatus.FORBIDDEN: "Non permis",
    HTTPStatus.NOT_FOUND: "Introuvable",
    HTTPStatus.METHOD_NOT_ALLOWED: "Méthode impossible ici",
    HTTPStatus.NOT_ACCEPTABLE: "Format indisponible",
    HTTPStatus.CONFLICT: "Impossible dans cet état",
    HTTPStatus.PRECONDITION_FAILED: "Modifié entre-temps",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Format non lu",
    HTTPStatus.PRECONDITION_REQUIRED: "Version attendue",
    HTTPStatus.TOO_MANY_REQUESTS: "Trop de demandes",
}
MEDIA_TYPE = "application/problem+json"
NOT_JSON = "Le corps de la demande n’est pas du JSON lisible."
NOT_UNDERSTOOD = "La demande contient des erreurs : « errors » dit où et lesquelles."


class FieldProblem(serializers.Serializer):
    pointer = serializers.CharField(help_text="Où, dans le corps de la demande : « #/steps/0 ».")
    detail = serializers.CharField(help_text="Ce qui ne va pas, en français.")


class Problem(serializers.Serializer):
    """Any answer from 400 up."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = FieldProblem(many=True, required=False)


class Refused(exceptions.APIException):
    """What was sent is not right; ``errors`` are messages by field, rows of fields included."""

    status_code = HTTPStatus.BAD_REQUEST
    root = "#/"

    def __init__(self, errors: Mapping[str, Any]):
        super().__init__(NOT_UNDERSTOOD)
        self.errors = errors


class QueryRefused(Refused):
    """The same of what the address asks after « ? »."""

    root = "?"


class Conflict(exceptions.APIException):
    """The row is not in a state that allows it."""

    status_code = HTTPStatus.CONFLICT


def handle(exception: Exception, context: dict[str, Any]) -> Response | None:
    """A refusal of a verb, or of the framework, as a problem; None for what nobody foresaw."""
    errors: list[dict[str, str]] = []
    if isinstance(exception, ValidationError):
        exception = _from_verb(exception)
    if isinstance(exception, Refused):
        errors = list(_pointed(exception.errors, exception.root))
    elif isinstance(exception, exceptions.ValidationError):
        errors = list(_pointed(exception.detail, "#/"))
        exception = Refused({})
    elif isinstance(exception, exceptions.ParseError):
        exception = exceptions.ParseError(NOT_JSON)
    response = exception_handler(exception, context)
    if response is None:
        return None
    set_rollback()
    detail = response.data.get("detail", NOT_UNDERSTOOD)
    response.data = _problem(response.status_code, str(detail), errors)
    response.content_type = MEDIA_TYPE
    return response


def _from_verb(refusal: ValidationError) -> exceptions.APIException:
    """Verbs key by field what was typed wrong, and say alone what the state forbids."""
    if hasattr(refusal, "error_dict"):
        return Refused(refusal.message_dict)
    return Conflict(" ".join(refusal.messages))


def _problem(status: int, detail: str, errors: list[dict[str, str]]) -> dict[str, Any]:
    title = TITLES.get(HTTPStatus(status), HTTPStatus(status).phrase)
    said = {"title": typeset(title), "detail": typeset(detail)}
    found = {"type": "about:blank", "status": status, **said}
    return found | ({"errors": errors} if errors else {})


def _pointed(errors: Any, place: str) -> Iterator[dict[str, str]]:
    """One (pointer, message) a message, whatever the nesting; ``place`` ends where a name may."""
    if isinstance(errors, ErrorDict):
        errors = {name: list(said) for name, said in errors.items()}
    if isinstance(errors, Mapping):
        for name, inside in errors.items():
            whole = name in ("", "__all__", "non_field_errors")
            yield from _pointed(inside, place if whole else f"{place}{name}/")
    elif isinstance(errors, (list, tuple)):
        for rank, inside in enumerate(errors):
            yield from _pointed(inside, f"{place}{rank}/" if isinstance(inside, Mapping) else place)
    else:
        yield {"pointer": place.rstrip("/"), "detail": typeset(str(errors))}
