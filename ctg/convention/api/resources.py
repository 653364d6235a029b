"""What every resource of a convention shares: who reads it, how it is written, which version.

A resource says its rows, its serializer and its verbs; a verb is a method decorated by ``verb``,
``edit`` or ``creation`` that calls the same service as the page, on a form filled by the body.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.cache import patch_cache_control, patch_vary_headers
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.exceptions import NotFound
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from ctg.convention.middleware import enter
from ctg.convention.rights import Right, require
from ctg.rest.bodies import Body, body_of, typed
from ctg.rest.etags import check_version, etag_of, is_known
from ctg.rest.problems import Refused

NOT_FOUND = "Il n’y a rien à cette adresse, ou vous n’y avez pas accès."

Who = Right | Callable[[Any, Any], bool]


class Tagged:
    """Every answer carries the ETag of what it shows; who has it already gets 304.

    Kept by nobody between us and who asked, and shown again only after asking us.
    """

    def finalize_response(self, request, response, *args, **kwargs):
        shows = response.status_code in (HTTPStatus.OK, HTTPStatus.CREATED)
        if shows and not response.streaming:
            tag = etag_of(response.data)
            if request.method == "GET" and is_known(request, tag):
                response = Response(status=HTTPStatus.NOT_MODIFIED)
            response["ETag"] = tag
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Authorization"])
        return super().finalize_response(request, response, *args, **kwargs)


class Resource(Tagged, ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Rows of one convention; ``reading``: the right without which none of it is shown."""

    reading: Right | None = None
    because = ""
    lookup_value_converter = "int"

    def initial(self, request: Request, *args, **kwargs) -> None:
        super().initial(request, *args, **kwargs)
        token = request.auth
        self.convention, self.access = enter(kwargs["slug"], request.user)
        if token and token.convention_id not in (None, self.convention.pk):
            raise NotFound(NOT_FOUND)
        self.person = request.user
        require(self.may_read(), self.because)

    def may_read(self) -> bool:
        return self.reading is None or self.access.has(self.reading)

    def rows(self) -> QuerySet:
        """Those of ``self.convention`` that the person may read."""
        raise NotImplementedError

    def get_queryset(self):
        return self.queryset if getattr(self, "swagger_fake_view", False) else self.rows()

    def filter_options(self) -> dict[str, Any]:
        """What the FilterSet of the page asks besides the address."""
        return {"convention": self.convention}

    def get_object(self) -> Any:
        field = self.lookup_field
        found = self.get_queryset().filter(**{field: self.kwargs[self.lookup_url_kwarg or field]})
        item = found.first()
        if item is None:
            raise NotFound(NOT_FOUND)
        return item

    # Writing

    def take(self, *, is_versioned: bool) -> Any:
        """The item, locked for this transaction, in the version that the person has read."""
        item = self.get_object()
        type(item)._base_manager.select_for_update().get(pk=item.pk)
        item = self.get_object()
        tag = etag_of(self.get_serializer(item).data)
        check_version(self.request, tag, required=is_versioned)
        return item

    @property
    def said(self) -> dict[str, Any]:
        """The body, its JSON types checked."""
        body = getattr(self, self.action).body(data=self.request.data, context={"view": self})
        body.is_valid(raise_exception=True)
        return body.validated_data

    def filled(self, build: Callable[[Any], forms.BaseForm], **said: Any) -> Any:
        """The form that ``build`` makes of data, as a person would have filled it; or Refused."""
        form = build(typed(build(None), said or self.said))
        if not form.is_valid():
            raise Refused(form.errors)
        return form

    def shown(self, item: Model) -> dict[str, Any]:
        """As it is now stored."""
        stored = self.get_queryset().filter(pk=item.pk).first()
        if stored is None:
            raise NotFound(NOT_FOUND)
        return self.get_serializer(stored).data


def allow(view: Resource, who: Who, item: Any, because: str) -> None:
    may = view.access.has(who) if isinstance(who, Right) else who(view.access, item)
    require(may, because)


def verb(
    form: type | None = None, *, who: Who, because: str = "", is_last: bool = False
) -> Callable:
    """``POST …/<item>/<name>/``: one act on one item, which is answered as it has become.

    After the last one (``is_last``) nothing is left to show: 204.
    """

    def decorate(act):
        @wraps(act)
        def view(self, request, *args, **kwargs):
            with transaction.atomic():
                item = self.take(is_versioned=False)
                allow(self, who, item, because)
                found = act(self, item) or item
                if is_last:
                    return Response(status=HTTPStatus.NO_CONTENT)
                return Response(self.shown(found))

        view.body, view.is_last, view.because = _body(form), is_last, because
        path = act.__name__.replace("_", "-")
        return route(detail=True, methods=["post"], url_path=path)(view)

    return decorate


def edit(form: type, *, who: Who, because: str = "") -> Callable:
    """``PATCH …/<item>/`` on the version read (If-Match); what is not said stays as it is."""

    def decorate(act):
        @wraps(act)
        def partial_update(self, request, *args, **kwargs):
            with transaction.atomic():
                allow(self, who, self.get_object(), because)
                item = self.take(is_versioned=True)
                return Response(self.shown(act(self, item) or item))

        partial_update.body, partial_update.because = _body(form), because
        return partial_update

    return decorate


def creation(form: type, *, who: Who, because: str = "") -> Callable:
    """``POST …/``: answers 201, the new item and its address."""

    def decorate(act):
        @wraps(act)
        def create(self, request, *args, **kwargs):
            allow(self, who, None, because)
            with transaction.atomic():
                item = act(self)
            key = getattr(item, self.lookup_field)
            where = {"Location": f"{request.path}{key}/"}
            return Response(self.shown(item), status=HTTPStatus.CREATED, headers=where)

        create.body, create.because = _body(form), because
        return create

    return decorate


def _body(form: type | None) -> type[Body]:
    if form is None:
        return Nothing
    return form if issubclass(form, Body) else body_of(form)


class Nothing(Body):
    """A verb that asks for nothing; an empty body will do."""


class Reference(serializers.Serializer):
    """Another resource, by its id and the name that pages give it."""

    id = serializers.IntegerField(source="pk")
    label = serializers.CharField(source="__str__")

    def to_representation(self, row: Model) -> dict[str, Any]:
        """As the fields above say; said at once, since a list has thousands."""
        return {"id": row.pk, "label": str(row)}
