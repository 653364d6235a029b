import tomllib
from decimal import Decimal
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import transaction

from ctg.french import NBSP
from financing.models import Rate

RATES = Path(__file__).resolve().parent.parent / "data" / "rates.toml"


class Command(BaseCommand):
    help = "Charge les barèmes nationaux publiés du bonus territoire, avec leur source."

    def handle(self, **options):
        created, changed = load_rates()
        self.stdout.write(f"Barèmes nationaux{NBSP}: {created} ajoutés, {changed} modifiés.")


@transaction.atomic
def load_rates() -> tuple[int, int]:
    """Bring the national rates to what the file says; the numbers created and changed.

    Run again, it changes nothing. A convention’s own rates are never touched.
    """
    created = changed = 0
    for row in tomllib.loads(RATES.read_text(encoding="utf-8"))["rates"]:
        key = {"convention": None, "kind": row["kind"], "valid_from": row["valid_from"]}
        values = {
            "valid_until": row.get("valid_until"),
            "amount": Decimal(row["amount"]),
            "source": row["source"],
        }
        rate, is_new = Rate.objects.get_or_create(**key, defaults=values)
        created += is_new
        changed += Rate.objects.filter(pk=rate.pk).exclude(**values).update(**values)
    return created, changed
