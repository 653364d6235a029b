from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from actions import links, reminders
from actions.forms.reminder import ContactForm, ReminderDatesForm
from actions.models import Reminder
from actions.notifications import letter_context
from actions.overview import reach
from actions.recipients import known_addresses
from actions.views.campaign import current_campaign
from ctg.convention.models import Organization
from ctg.convention.rights import Right, require
from ctg.emails import make_message
from ctg.french import counted
from ctg.mail.models import RefusedAddress
from ctg.mail.refusals import accept as accept_addresses
from ctg.numbers import whole_number, whole_numbers

ONLY_LEAD = "Seuls la cheffe ou le chef de projet relancent."
LAST = 60
SAMPLE_LINK = "https://…/lien/…/"


def remind(request):
    """Who is late, who would be written to and what; a POST writes to those ticked, or to all."""
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    campaign = request.convention.campaigns.open().first()
    if campaign is None:
        return render(request, "progress/reminders.html", {"campaign": None})
    if request.method == "POST":
        return _send(request, campaign)
    planned = reminders.plan(campaign)
    chosen = request.GET.get("organisme", "")
    return render(
        request,
        "progress/reminders.html",
        {
            "campaign": campaign,
            "lines": reach(campaign, planned),
            "chosen": whole_number(chosen),
            "sample": _sample(campaign, planned),
            "ready": counted(len(planned.organizations), "organisme", "organismes"),
            "can_send": bool(planned.letters),
            "dates": campaign.reminder_dates.all(),
            "sent": campaign.reminders.select_related("organization", "message", "by")[:LAST],
        },
    )


def _sample(campaign, planned):
    """The first letter, as it would be written; its links are made when it leaves."""
    letters = [one for one in planned.letters if one.recipient.step != Reminder.Step.LEAD]
    if not letters:
        return None
    context = letter_context(letters[0], campaign, planned.owed, lambda organization: SAMPLE_LINK)
    return make_message("reminder", to=[letters[0].recipient.address], context=context)


def _send(request, campaign):
    late = Organization.objects.filter(contributions__campaign=campaign).distinct()
    ticked = whole_numbers(request.POST.getlist("organization"))
    chosen = late if "all" in request.POST else late.filter(pk__in=ticked)
    try:
        sent = reminders.remind(campaign, organizations=list(chosen), by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        _say(request, len({reminder.organization_id for reminder in sent}))
    return redirect("progress:reminders", request.convention.slug)


def _say(request, count):
    if count:
        words = counted(count, "organisme est relancé", "organismes sont relancés")
        messages.success(request, f"{words}.")
    else:
        messages.warning(request, "Personne n’a été relancé : cochez un organisme à relancer.")


def dates(request):
    """The schedule of a campaign, prepared or open."""
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    campaign = current_campaign(request)
    if campaign is None:
        raise Http404("Aucune campagne n’est préparée ni ouverte.")
    form = ReminderDatesForm(request.POST or None, campaign=campaign)
    if form.is_valid():
        try:
            reminders.schedule(campaign, dates=form.dates, by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, "Les dates de relance sont enregistrées.")
            return redirect("progress:reminders", request.convention.slug)
    done = campaign.reminder_dates.exclude(done_at=None)
    return render(
        request,
        "progress/reminder_dates.html",
        {"form": form, "campaign": campaign, "done": done, "today": timezone.localdate()},
    )


def contact(request, pk):
    """The address used when nobody answers for an organisation."""
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    organization = get_object_or_404(request.convention.organizations, pk=pk)
    form = ContactForm(request.POST or None, instance=organization)
    if form.is_valid():
        form.save()
        messages.success(request, f"L’adresse de contact est enregistrée : {organization}.")
        is_open = request.convention.campaigns.open().exists()
        page = "progress:reminders" if is_open else "progress:expected"
        return redirect(page, request.convention.slug)
    return render(
        request,
        "progress/contact_form.html",
        {"form": form, "organization": organization, "refused": _refused(request, organization)},
    )


def _refused(request, organization):
    """Of the addresses of one organisation, those that servers refuse."""
    (known,) = known_addresses(request.convention, [organization]).values()
    return RefusedAddress.objects.filter(address__in=known)


@require_POST
def accept(request, pk):
    """The refused addresses of an organisation work again: write to them next time."""
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    organization = get_object_or_404(request.convention.organizations, pk=pk)
    addresses = _refused(request, organization).values_list("address", flat=True)
    if accept_addresses(addresses):
        messages.success(request, "Les prochains messages leur seront écrits.")
    return redirect("progress:contact", request.convention.slug, pk)


@require_POST
def revoke(request, pk):
    """Close the personal links of an organisation."""
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    organization = get_object_or_404(request.convention.organizations, pk=pk)
    campaign = get_object_or_404(request.convention.campaigns.open())
    try:
        links.revoke(campaign, organization, by=request.user)
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"Les liens personnels de {organization} n’ouvrent plus rien.")
    return redirect("progress:reminders", request.convention.slug)
