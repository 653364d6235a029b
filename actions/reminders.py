"""Reminders of a campaign: by schedule or by hand, never too often, never after an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django_tasks import task

from actions.models import Campaign, Contribution, Reminder, ReminderDate
from actions.notifications import Owed, owed_by, write
from actions.recipients import Letter, Step, letters
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Organization
from ctg.french import counted, french_date
from ctg.mail.kinds import Kind
from ctg.mail.models import Message

LEAST_GAP = timedelta(days=5)
# Days after the first reminder: the longer the silence, the longer the wait.
GAPS = (5, 8, 13, 21, 34)


@dataclass(frozen=True)
class Plan:
    """Who would be written to today, and who would not, with the reason in words."""

    letters: list[Letter]
    left: list[tuple[Organization, str]]
    owed: Owed

    @property
    def organizations(self) -> set[Organization]:
        return {organization for letter in self.letters for organization in letter.organizations}


def proposed_dates(campaign: Campaign) -> list[date]:
    """From the announced reminder to the end of the validation, with growing gaps."""
    dates = [campaign.reminds_on]
    for days in GAPS:
        dates.append(dates[-1] + timedelta(days=days))
    return [day for day in dates if day <= campaign.validates_on]


@transaction.atomic
def schedule(campaign: Campaign, *, dates: Iterable[date], by: User) -> None:
    """Replace the dates that are still to come; those done stay as they were."""
    wanted = sorted(set(dates))
    done = list(campaign.reminder_dates.exclude(done_at=None).values_list("on", flat=True))
    for before, after in zip(wanted, wanted[1:], strict=False):
        if after - before < LEAST_GAP:
            raise ValidationError(
                f"Le {french_date(after)} suit de trop près le {french_date(before)} : "
                f"laissez {LEAST_GAP.days} jours entre deux relances."
            )
    campaign.reminder_dates.filter(done_at=None).exclude(on__in=wanted).delete()
    ReminderDate.objects.bulk_create(
        [ReminderDate(campaign=campaign, on=day) for day in wanted if day not in done],
        ignore_conflicts=True,
    )


def plan(campaign: Campaign, organizations: Iterable[Organization] | None = None) -> Plan:
    """Late organisations, without those written to in the last days."""
    owed = owed_by(campaign, organizations)
    last = _last_written(campaign)
    today = timezone.localdate()
    left, wanted = [], []
    for organization in owed:
        day = last.get(organization.pk)
        if day is not None and today - day < LEAST_GAP:
            left.append((organization, f"déjà écrit le {french_date(day)}"))
        else:
            wanted.append(organization)
    return Plan(letters(campaign, wanted, Kind.REMINDER), left, owed)


@transaction.atomic
def remind(
    campaign: Campaign,
    *,
    by: User | None,
    organizations: Iterable[Organization] | None = None,
) -> list[Reminder]:
    """Write to those who owe something; a second call the same day finds nobody left."""
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if not campaign.is_open:
        raise ValidationError("On ne relance que pendant une campagne ouverte.")
    planned = plan(campaign, organizations)
    sent = []
    for letter in planned.letters:
        message = None
        if not (letter.recipient.step == Step.LEAD and letter.recipient.person == by):
            message = write(Kind.REMINDER, letter, campaign, planned.owed)
        sent += [
            Reminder(
                campaign=campaign,
                organization=organization,
                address=letter.recipient.address,
                step=letter.recipient.step,
                message=message,
                by=by,
            )
            for organization in letter.organizations
        ]
    Reminder.objects.bulk_create(sent)
    if sent:
        reminded = {reminder.organization_id for reminder in sent}
        record(
            "campaign.reminded",
            campaign,
            convention=campaign.convention,
            by=by,
            summary=f"Relance : {counted(len(reminded), 'organisme', 'organismes')}",
            organizations=sorted(reminded),
        )
    return sent


def remind_due(campaign: Campaign) -> int:
    """Run the dates that have come, once; the number of organisations reminded."""
    with transaction.atomic():
        due = campaign.reminder_dates.filter(on__lte=timezone.localdate(), done_at=None)
        if not due.update(done_at=timezone.now()):
            return 0
        return len({reminder.organization_id for reminder in remind(campaign, by=None)})


@task()
def remind_today() -> int:
    """Every open campaign; safe to run twice, and late."""
    return sum(remind_due(campaign) for campaign in Campaign.objects.open())


def withdraw(contribution: Contribution) -> None:
    """Nothing is owed any more: a reminder that has not left yet stays here."""
    same = {"campaign": contribution.campaign_id, "organization": contribution.organization_id}
    if Contribution.objects.filter(**same).waiting_for_answer().exists():
        return
    waiting = Message.objects.waiting().filter(kind=Kind.REMINDER, claimed_at=None)
    mine = Reminder.objects.filter(**same, message__in=waiting)
    for message in Message.objects.filter(reminder__in=mine):
        others = message.reminder_set.exclude(organization=contribution.organization_id)
        if not others.exists():
            message.reminder_set.all().delete()
            message.delete()


def _last_written(campaign: Campaign) -> dict[int, date]:
    """The day of the last message about this campaign, its opening included."""
    opened = timezone.localdate(campaign.opened_at)
    last = campaign.reminders.order_by().values("organization").annotate(at=Max("sent_at"))
    reminded = {row["organization"]: timezone.localdate(row["at"]) for row in last}
    asked = campaign.contributions.order_by().values_list("organization", flat=True).distinct()
    return {organization: reminded.get(organization, opened) for organization in asked}
