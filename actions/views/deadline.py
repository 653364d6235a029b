from django.utils import timezone

from actions.models import Campaign
from ctg.french import NBSP, counted, french_date, french_day


def deadline(campaign: Campaign | None) -> str:
    """« jusqu’au 31 janvier, dans 12 jours »."""
    if campaign is None:
        return ""
    today = timezone.localdate()
    days, day = (campaign.closes_on - today).days, french_day(campaign.closes_on)
    if campaign.closes_on.year != today.year and abs(days) > 180:
        day = french_date(campaign.closes_on)
    if days < 0:
        return f"date limite passée{NBSP}: c’était le {day}"
    in_days = f"dans {counted(days, 'jour', 'jours')}"
    left = {0: "c’est aujourd’hui", 1: "c’est demain"}.get(days, in_days)
    return f"jusqu’au {day}, {left}"
