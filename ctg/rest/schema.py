"""What the OpenAPI document says besides what drf-spectacular reads: bodies, versions, problems."""

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import alpha_operation_sorter
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from ctg.french import NBSP
from ctg.rest.problems import MEDIA_TYPE, TITLES, Problem
from ctg.rest.words import ACTS, PARTS

VERSIONED = "L’ETag de votre dernière lecture ; « * » pour changer sans regarder."
JSON = "application/json"
ONE = ("retrieve", "data", "pdf")  # what reads one thing, and asks for nothing more
DATABASE_LIMITS = {2 ** (bits - 1) - 1 for bits in (16, 32, 64)}
CREATION, EDITION = "create", "partial_update"


class Schema(AutoSchema):
    @property
    def handler(self):
        return getattr(self.view, getattr(self.view, "action", self.method.lower()), None)

    def get_tags(self):
        return [getattr(self.view, "tag", "API")]

    def get_summary(self):
        """« Lister : actions » in the words of the model, or those that the resource prefers."""
        meta = self.view.queryset.model._meta
        one, many = getattr(self.view, "names", (meta.verbose_name, meta.verbose_name_plural))
        what = many if self.view.action == "list" else one
        return f"{ACTS[self.view.action]}{NBSP}: {what}"

    def get_description(self):
        """Who may, in the words of the refusal; nothing where all members may."""
        return getattr(self.handler, "because", "") or getattr(self.view, "because", "")

    def get_request_serializer(self):
        body = getattr(self.handler, "body", None)
        return body if body and body().fields else None

    def get_filter_backends(self):
        return super().get_filter_backends() if self.view.action == "list" else []

    def get_override_parameters(self):
        if self.view.action != EDITION:
            return []
        header = OpenApiParameter.HEADER
        return [OpenApiParameter("If-Match", str, header, required=True, description=VERSIONED)]

    def get_response_serializers(self):
        if getattr(self.handler, "is_last", False):
            found = {204: OpenApiResponse(description="Retiré.")}
        elif hasattr(self.handler, "shows"):
            found = self.handler.shows
        else:
            code = 201 if self.view.action == CREATION else 200
            found = {(code, JSON): super().get_response_serializers()}
        problems = {
            (code, MEDIA_TYPE): OpenApiResponse(Problem, description=TITLES[code])
            for code in self._refusals()
        }
        return found | problems

    def _refusals(self):
        found = {401, 403, 404, 406, 429}
        if self.method != "GET":
            found |= {400, 409, 412, 415} | ({428} if self.view.action == EDITION else set())
        elif self.view.action not in ONE:
            found |= {400}
        return sorted(found)


def in_order(endpoint):
    """Part by part, then as drf-spectacular does."""
    return PARTS.index(endpoint[3].cls.tag), alpha_operation_sorter(endpoint)


def tidy(result, **options):
    """Each refusal is described once; no limit that only one kind of database has."""
    shared = result["components"].setdefault("responses", {})
    for methods in result["paths"].values():
        for operation in methods.values():
            for code, answer in operation["responses"].items():
                if MEDIA_TYPE in answer.get("content", {}):
                    name = f"Problem{code}"
                    shared[name] = answer
                    operation["responses"][code] = {"$ref": f"#/components/responses/{name}"}
    _unlimit(result)
    return result


def _unlimit(part):
    if isinstance(part, dict):
        if part.get("maximum") in DATABASE_LIMITS:
            del part["maximum"]
            part.pop("format", None)
    for inside in part.values() if isinstance(part, dict) else part:
        if isinstance(inside, (dict, list)):
            _unlimit(inside)
