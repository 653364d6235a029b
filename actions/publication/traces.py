"""Signs that a text names a person: shown before the public can read it."""

import re
from collections.abc import Iterable

from actions.models import Action
from ctg.convention.models import Convention
from ctg.french import NBSP

NAME = "nom d’une personne"
SIGNS = {
    "adresse électronique": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "numéro de téléphone": re.compile(
        r"(?<!\d)(?:\+33|0033|0)[\s.]?[1-9](?:[\s.-]?\d{2}){4}(?!\d)"
    ),
    NAME: re.compile(r"\b(?:M\.|Mme|Mlle|Monsieur|Madame)\s+[A-ZÀ-Ý][\w’-]+"),
}
# « Claire Martin », and not « Relais petite enfance ».
PERSON = re.compile(r"[A-ZÀ-Ý][\w’-]+ [A-ZÀ-Ý][\w’-]+")


def member_names(convention: Convention) -> list[str]:
    """First and last name of each member; a first name alone proves nothing."""
    names = convention.memberships.values_list("user__first_name", "user__last_name").distinct()
    return [f"{first} {last}" for first, last in names if first and last]


def traces(action: Action, names: Iterable[str]) -> list[str]:
    """What names a person in what the public would read of the action."""
    contacts = f"{action.pilot_contact}\n{action.elected_referent}"
    return signs_in("\n".join(public_texts(action)), [*names, *PERSON.findall(contacts)])


def signs_in(text: str, names: Iterable[str]) -> list[str]:
    """« adresse électronique : a@b.fr », for each sign found, once."""
    found = [
        f"{label}{NBSP}: {sign}"
        for label, pattern in SIGNS.items()
        for sign in pattern.findall(text)
    ]
    folded = text.casefold()
    found += [f"{NAME}{NBSP}: {name}" for name in names if name.casefold() in folded]
    return list(dict.fromkeys(found))


def public_texts(action: Action) -> list[str]:
    """What people typed in the action and that its public page shows."""
    return [
        action.title,
        action.description,
        action.expected_results,
        action.calendar,
        *(finding.text for finding in action.findings.all()),
        *(f"{i.title} {i.unit}" for i in action.indicators.all() if i.is_quantitative),
    ]
