from django.core.management.base import BaseCommand

from actions.models import Campaign
from actions.reminders import remind_due
from ctg.french import NBSP, counted


class Command(BaseCommand):
    help = (
        "Relance ceux à qui il manque une réponse, aux dates prévues ; sans effet une seconde fois."
    )

    def handle(self, **options):
        for campaign in Campaign.objects.open().select_related("convention"):
            reminded = counted(remind_due(campaign), "organisme relancé", "organismes relancés")
            self.stdout.write(
                f"{campaign.convention.short_name}, {campaign.year}{NBSP}: {reminded}"
            )
