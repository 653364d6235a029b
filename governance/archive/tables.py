"""Which tables and rows make a convention whole: found by walking the models from it.

A model that points to the convention, however far, is in. What stays out is declared here, with
the reason that the archive tells; a model that is neither makes tests/governance/archive fail.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q, QuerySet

from ctg.accounts.models import User
from ctg.convention.models import Commune, Convention, Organization
from financing.models import Rate

LEFT_OUT = {
    "accounts.user_groups": "les droits d’administration sont ceux du site, non de la convention",
    "accounts.user_user_permissions": "les droits d’administration sont ceux du site",
    "actions.personallink": "une adresse secrète ne vaut que sur le site qui l’a envoyée",
    "actions.sheetprint": "un tirage de fiches se refait à volonté",
    "convention.accessrequest": "une demande d’accès s’adresse au site qui l’a reçue",
    "convention.apitoken": "un jeton n’ouvre que le site qui l’a donné",
    "convention.invitation": "une invitation ne vaut que sur le site qui l’a envoyée",
    "governance.archive": "une archive ne contient pas les archives",
    "governance.calendarfeed": "l’adresse secrète d’un agenda appartient à une personne",
    "governance.rendering": "une mise en page se refait à volonté",
    "governance.reviewlink": "une adresse secrète ne vaut que sur le site qui l’a donnée",
    "mail.keptmail": "les courriels de démonstration ne sont pas de la convention",
    "mail.message": "la file des courriels est celle du site",
    "mail.mutedkind": "ce qu’une personne refuse de recevoir la suit, non la convention",
    "mail.refusedaddress": "la file des courriels est celle du site",
    "operations.backup": "le fonctionnement du site n’est pas de la convention",
    "operations.dailyrun": "le fonctionnement du site n’est pas de la convention",
    "operations.workerbeat": "le fonctionnement du site n’est pas de la convention",
}
# Columns that an archive never tells, and would not take back.
SECRET = {"accounts.user": {"password", "last_login", "is_staff", "is_superuser"}}
# Rows that several conventions share: only those that this one mentions.
SHARED: tuple[type[models.Model], ...] = (User, Organization, Commune)


@dataclass(frozen=True)
class Table:
    """``owner``: the column through which a row belongs to the convention; none when shared."""

    model: type[models.Model]
    owner: Any = None

    @property
    def name(self) -> str:
        return self.model._meta.label_lower

    @property
    def path(self) -> str:
        return f"tables/{self.name}.csv"

    @property
    def fields(self) -> list[models.Field]:
        hidden = SECRET.get(self.name, set())
        columns = self.model._meta.local_concrete_fields
        return [field for field in columns if field.name not in hidden]

    @property
    def references(self) -> list[Any]:
        return [field for field in self.fields if isinstance(field, models.ForeignKey)]

    @property
    def tracked(self) -> type[models.Model] | None:
        """The model whose former states this table keeps."""
        return getattr(self.model, "instance_type", None)

    @property
    def label(self) -> str:
        """« actions », « actions : communes », « actions : états successifs »."""
        label = _label(self.tracked or self.model)
        return f"{label} (états successifs)" if self.tracked else label


def _label(model: type[models.Model]) -> str:
    if not model._meta.auto_created:
        return str(model._meta.verbose_name_plural)
    related: list[Any] = [
        field.related_model for field in model._meta.local_fields if field.is_relation
    ]
    return " : ".join(str(one._meta.verbose_name_plural) for one in related)


def _names(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.local_concrete_fields]


@cache
def tables() -> tuple[Table, ...]:
    """The shared ones, then those of the convention from the nearest to the farthest."""
    owned: dict[Any, Table] = {Convention: Table(Convention)}
    waiting = [model for model in our_models() if model._meta.label_lower not in LEFT_OUT]
    while found := [table for model in waiting if (table := _owned_by(model, owned))]:
        owned |= {table.model: table for table in found}
        waiting = [model for model in waiting if model not in owned]
    return (*(Table(model) for model in SHARED), *owned.values())


def our_models() -> Iterator[type[models.Model]]:
    """Those this project wrote, their many-to-many links and their histories included."""
    for config in apps.get_app_configs():
        if config.path.startswith(str(settings.BASE_DIR / "")) and ".venv" not in config.path:
            yield from config.get_models(include_auto_created=True)


def _owned_by(model: type[models.Model], owned: dict[Any, Table]) -> Table | None:
    if model in owned or model in SHARED:
        return None
    for field in model._meta.local_concrete_fields:
        if field.related_model in owned and _says_whose(model, field):
            return Table(model, field)
    return None


def _says_whose(model: type[models.Model], field: Any) -> bool:
    """Every row has it; in a history, which constrains nothing, as in what it follows."""
    tracked = getattr(model, "instance_type", None)
    if tracked:
        return field.name in _names(tracked) and not tracked._meta.get_field(field.name).null
    return not field.null or model is Rate


class Selection:
    """The rows of one convention, table by table."""

    def __init__(self, convention: Convention) -> None:
        self.convention = convention
        self.by_model = {table.model: table for table in tables()}
        self._mentioned: dict[type[models.Model], set[Any]] | None = None
        self._known: dict[type[models.Model], set[Any]] = {}

    def rows(self, table: Table) -> QuerySet:
        manager = table.model._base_manager
        if table.model is Convention:
            return manager.filter(pk=self.convention.pk)
        if table.model is Rate:  # the national figures too: estimations were made with them
            return manager.filter(Q(convention=self.convention) | Q(convention=None))
        if table.owner is None:
            return manager.filter(pk__in=self.mentioned[_root(table.model)])
        parent = table.owner.related_model
        belongs = Q(**{f"{table.owner.name}__in": self.rows(self.by_model[parent]).values("pk")})
        former = self._history_of(parent)
        if table.tracked and former:  # of rows that were deleted since
            past = self.rows(former).values(parent._meta.pk.attname)
            belongs |= Q(**{f"{table.owner.name}__in": past})
        for field in table.references:  # a link has two ends
            if table.model._meta.auto_created and field.related_model not in SHARED:
                end = self.rows(self.by_model[field.related_model]).values("pk")
                belongs &= Q(**{f"{field.name}__in": end})
        return manager.filter(belongs)

    def _history_of(self, model: type[models.Model]) -> Table | None:
        return next((table for table in tables() if table.tracked is model), None)

    @property
    def mentioned(self) -> dict[type[models.Model], set[Any]]:
        """The keys of the shared rows that the convention's own rows name."""
        if self._mentioned is None:
            found: dict[type[models.Model], set[Any]] = {_root(model): set() for model in SHARED}
            for table in tables():
                if table.model in SHARED:
                    continue
                for field in table.references:
                    if field.related_model in SHARED:
                        keys = self.rows(table).order_by().values_list(field.attname, flat=True)
                        found[_root(field.related_model)].update(keys.distinct())
            self._mentioned = found
        return self._mentioned

    def known(self, model: type[models.Model]) -> set[Any]:
        """The keys that a reference may name: rows that are here, or were."""
        if model not in self._known:
            keys: set[Any] = set()
            if table := self.by_model.get(model):
                keys.update(self.rows(table).values_list("pk", flat=True))
            if former := self._history_of(model):
                keys.update(self.rows(former).values_list(model._meta.pk.attname, flat=True))
            self._known[model] = keys
        return self._known[model]

    def leads_elsewhere(self, table: Table) -> list[Any]:
        """The references that may name a row left behind: they travel empty when they do."""
        return [
            field
            for field in table.references
            if field.null
            and field != table.owner
            and field.related_model not in (*SHARED, ContentType)
        ]


def _root(model: type[models.Model]) -> type[models.Model]:
    return Organization if model is Commune else model
