from dataclasses import dataclass
from typing import Protocol

from django.urls import reverse

from actions.models import Contribution, PersonalLink
from ctg.accounts.models import User
from ctg.convention.models import Convention


class Door(Protocol):
    """Where a person answers from; her pages have the addresses of the door she came by."""

    person: User | None
    link: PersonalLink | None
    mine: str

    def answer(self, contribution: Contribution) -> str: ...

    def read(self, contribution: Contribution) -> str: ...

    def nothing_new(self, contribution: Contribution) -> str: ...

    def set_aside(self, contribution: Contribution) -> str: ...


@dataclass(frozen=True)
class AccountDoor:
    """A member of the convention, signed in."""

    person: User
    convention: Convention
    link: None = None

    @property
    def mine(self):
        return self._address("mine")

    def answer(self, contribution):
        return self._address("answer", contribution.pk)

    def read(self, contribution):
        return self._address("read", contribution.pk)

    def nothing_new(self, contribution):
        return self._address("nothing_new", contribution.pk)

    def set_aside(self, contribution):
        return self._address("set_aside", contribution.pk)

    def _address(self, name, *args):
        return reverse(f"progress:{name}", args=[self.convention.slug, *args])


@dataclass(frozen=True)
class LinkDoor:
    """Whoever holds a personal link; signed in or not, she sees this organisation’s answers."""

    person: User | None
    link: PersonalLink
    token: str

    @property
    def mine(self):
        return reverse("link:mine", args=[self.token])

    def answer(self, contribution):
        return self._address("answer", contribution)

    def read(self, contribution):
        return self._address("read", contribution)

    def nothing_new(self, contribution):
        return self._address("nothing_new", contribution)

    def set_aside(self, contribution):
        return self._address("set_aside", contribution)

    def _address(self, name, contribution):
        return reverse(f"link:{name}", args=[self.token, contribution.pk])
