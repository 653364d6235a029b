import csv
import tomllib
from decimal import Decimal
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import transaction

from actions.models import Stake, StrategicObjective
from ctg.convention.models import (
    Commune,
    Convention,
    Milestone,
    Organization,
    Principle,
    Signature,
    Theme,
)
from ctg.french import NBSP
from governance.models import Committee

DATA = Path(__file__).resolve().parent.parent / "data"
COMMITTEE_KINDS = {
    "steering": Committee.Kind.STEERING,
    "follow_up": Committee.Kind.FOLLOW_UP,
    "working_group": Committee.Kind.WORKING,
}


def read_facts():
    return tomllib.loads((DATA / "sicoval.toml").read_text(encoding="utf-8"))


def read_rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Command(BaseCommand):
    help = "Charge la CTG du Sicoval 2020-2024 telle que le dépliant l’énonce, et ses 36 communes."

    def handle(self, **options):
        with transaction.atomic():
            convention = load_sicoval()
        self.stdout.write(
            f"{convention}{NBSP}: {convention.communes.count()} communes, "
            f"{convention.stakes.count()} enjeux, {convention.themes.count()} thématiques."
        )


def load_sicoval() -> Convention:
    """Create what is missing and leave the rest: run again, it changes nothing."""
    facts = read_facts()
    organizations = _organizations()
    communes = _communes()
    convention = _convention(facts, organizations)
    convention.organizations.add(*organizations.values(), *communes)
    _signatures(convention, organizations, communes, facts["signatures"])
    _themes(convention, facts["themes"])
    _principles(convention, facts)
    _milestones(convention, facts["milestones"])
    _stakes(convention, facts["stakes"])
    for body in facts["governance"]["bodies"]:
        Committee.objects.get_or_create(
            convention=convention,
            name=body.get("name", body["title"]),
            defaults={
                "kind": COMMITTEE_KINDS[body["kind"]],
                "note": facts["governance"]["note"],
            },
        )
    return convention


def _organizations():
    found = {}
    for row in read_rows("partner_organisations.csv"):
        key = {"siren": row["siren"]} if row["siren"] else {"name": row["name"]}
        values = {"name": row["name"], "short_name": row["short_name"], "kind": row["kind"]}
        organization, _ = Organization.objects.get_or_create(**key, defaults=values)
        found[row["short_name"] or row["name"]] = organization
    return found


def _communes():
    return [
        Commune.objects.get_or_create(
            insee_code=row["insee_code"],
            defaults={
                "name": row["name"],
                "kind": Organization.Kind.COMMUNE,
                "siren": row["siren"],
                "postal_code": row["postal_code"],
                "population": int(row["population_2020"]),
                "population_year": 2020,
                "latitude": Decimal(row["latitude"]),
                "longitude": Decimal(row["longitude"]),
            },
        )[0]
        for row in read_rows("sicoval_communes.csv")
    ]


def _convention(facts, organizations):
    pact, financing = facts["convention"], facts["financing"]
    support, bonus = financing["yearly_support"], financing["territory_bonus"]
    notes = [pact["note"], facts["stakes_origin"]["note"], facts["foundations"]["note"]]
    notes += [f"Enjeu {s['code']}{NBSP}: {s['note']}" for s in facts["stakes"] if "note" in s]
    convention, _ = Convention.objects.get_or_create(
        slug=pact["slug"],
        defaults={
            "name": pact["name"],
            "short_name": pact["short_name"],
            "starts_on": pact["starts_on"],
            "ends_on": pact["ends_on"],
            "epci": organizations["Sicoval"],
            "caf": organizations["Caf 31"],
            "definition": pact["definition"],
            "context": pact["context"],
            "diagnosis": facts["diagnosis"]["title"],
            "annual_support": Decimal(support["amount"]),
            "annual_support_year": support["base_year"],
            "funding_scope": financing["scope"],
            "bonus_from": bonus["effective_on"],
            "bonus_terms": f"{financing['contract']['text']}\n\n{bonus['note']}",
            "note": "\n".join(notes),
        },
    )
    return convention


def _signatures(convention, organizations, communes, batches):
    first, later = batches
    for name in first["organizations"]:
        Signature.objects.get_or_create(
            convention=convention,
            organization=organizations[name],
            defaults={"signed_on": first["signed_on"]},
        )
    for commune in communes:
        Signature.objects.get_or_create(
            convention=convention,
            organization=commune.organization_ptr,
            defaults={"note": f"{first['note']} {later['note']}"},
        )


def _themes(convention, themes):
    for position, theme in enumerate(themes, 1):
        Theme.objects.get_or_create(
            convention=convention,
            code=theme["code"],
            defaults={
                "label": theme["label"],
                "has_caf_funding": theme["has_caf_funding"],
                "position": position,
            },
        )


def _principles(convention, facts):
    kinds = {
        Principle.Kind.PRINCIPLE: [p["text"] for p in facts["foundations"]["principles"]],
        Principle.Kind.STRENGTH: facts["strengths"]["goals"] + facts["strengths"]["benefits"],
        Principle.Kind.NOVELTY: facts["convention"]["news"],
    }
    for kind, texts in kinds.items():
        for position, text in enumerate(texts, 1):
            Principle.objects.get_or_create(
                convention=convention, kind=kind, position=position, defaults={"text": text}
            )


def _milestones(convention, milestones):
    for position, milestone in enumerate(milestones, 1):
        Milestone.objects.get_or_create(
            convention=convention,
            position=position,
            defaults={
                "label": milestone["label"],
                "date_label": milestone.get("date_label", ""),
                "starts_on": milestone.get("starts_on"),
                "ends_on": milestone.get("ends_on"),
                "note": milestone.get("note", ""),
            },
        )


def _stakes(convention, stakes):
    for position, line in enumerate(stakes, 1):
        stake, _ = Stake.objects.get_or_create(
            convention=convention,
            code=line["code"],
            defaults={"title": line["title"], "position": position},
        )
        for rank, objective in enumerate(line["strategic_objectives"], 1):
            StrategicObjective.objects.get_or_create(
                stake=stake,
                code=objective["code"],
                defaults={"title": objective["title"], "position": rank},
            )
