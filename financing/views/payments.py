"""Payments of a year: expected, received, late; the Caf’s calendar; what managers owe."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, Sum
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ctg.convention.rights import Right, require
from ctg.french import counted, percent
from financing import payments
from financing.deadlines import deadlines, remind
from financing.forms.payments import CalendarForm, CorrectionForm, Receipts, is_near
from financing.models import Instalment
from financing.rights import can_view_any, declarable_facilities, visible_facilities
from financing.views.facility import WHO_READS
from financing.views.lines import WHO_NOTIFIES

PER_PAGE = 80
STATES = {
    "": ("Tous", lambda today: Q()),
    "retard": ("En retard", lambda today: Q(paid_on=None, due_on__lt=today)),
    "attendus": ("Attendus", lambda today: Q(paid_on=None)),
    "recus": ("Reçus", lambda today: Q(paid_on__isnull=False)),
}


@require_safe
def payment_list(request, year):
    require(can_view_any(request.access, request.convention), WHO_READS)
    rows = _instalments(request, visible_facilities(request.access, request.convention), year)
    today, state = timezone.localdate(), request.GET.get("etat", "")
    label, chosen = STATES.get(state, STATES[""])
    context = {
        "year": year,
        "today": today,
        "title": f"Versements {year}",
        "years": _years(request, year),
        "states": [
            (name, f"?etat={slug}" if slug else "?", slug == state)
            for slug, (name, _) in STATES.items()
        ],
        "figures": _figures(rows, today),
        "calendar": request.convention.calendar_dates.filter(year=year),
        "page": _page(request, rows.filter(chosen(today))),
    }
    return render(request, "financing/payment_list.html", context)


def _instalments(request, facilities, year):
    if year not in request.convention.years:
        raise Http404("Cette année n’est pas dans la convention.")
    rows = Instalment.objects.current().filter(
        bonus_line__facility__in=facilities, bonus_line__year=year
    )
    return rows.select_related("bonus_line__facility__manager", "correction").order_by(
        "due_on", "bonus_line__facility__name", "number"
    )


def _page(request, rows):
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def _years(request, year):
    view, slug = request.resolver_match.view_name, request.convention.slug
    return [(str(y), reverse(view, args=[slug, y]), y == year) for y in request.convention.years]


def _figures(rows, today):
    """(amount, label, kind): received, expected, late and to give back, in one query."""
    given_back = Q(kind=Instalment.Kind.OVERPAYMENT)
    sums = rows.order_by().aggregate(
        received=Sum("amount", filter=Q(paid_on__isnull=False) & ~given_back),
        expected=Sum("amount", filter=Q(paid_on=None) & ~given_back),
        late=Sum("amount", filter=Q(paid_on=None, due_on__lt=today) & ~given_back),
        overpaid=Sum("amount", filter=given_back),
    )
    total = (sums["received"] or 0) + (sums["expected"] or 0)
    share = f"{percent(100 * (sums['received'] or 0) / total)} du total" if total else ""
    return [
        (sums["received"], "reçus", share, ""),
        (sums["expected"], "encore attendus", "", ""),
        (sums["late"], "en retard", "date passée, rien de reçu", "late" if sums["late"] else ""),
        (sums["overpaid"], "d’indus", "à rendre ou rendus", ""),
    ]


def receive(request, year):
    """Tick what came in, each with its amount and its day."""
    require(request.access.has(Right.ENTER_PAYMENTS), WHO_NOTIFIES)
    rows = _instalments(request, request.convention.facilities.all(), year)
    page = _page(request, rows.filter(paid_on=None))
    sheet = Receipts(rows, request.POST) if request.method == "POST" else Receipts(page)
    if request.method == "POST" and sheet.is_valid() and _receive(request, year, sheet):
        return redirect("financing:payments", request.convention.slug, year)
    context = {"year": year, "title": f"Versements {year}", "years": _years(request, year)}
    context |= {"sheet": sheet, "page": page, "today": timezone.localdate()}
    return render(request, "financing/payment_receive.html", context)


def _receive(request, year, sheet):
    receipts = sheet.receipts
    try:
        payments.receive(request.convention, year, receipts, by=request.user)
    except ValidationError as refusal:
        sheet.day.add_error(None, refusal)
        return False
    said = counted(len(receipts), "versement enregistré", "versements enregistrés")
    messages.success(request, f"{said}." if receipts else "Rien n’était coché.")
    return True


def correct(request, pk):
    require(request.access.has(Right.ENTER_PAYMENTS), WHO_NOTIFIES)
    found = get_object_or_404(
        Instalment.objects.current().select_related("bonus_line__facility__convention"),
        pk=pk,
        bonus_line__facility__convention=request.convention,
    )
    initial = {"amount": found.amount, "paid_on": found.paid_on}
    form = CorrectionForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            payments.correct(found, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "Le versement est corrigé ; le premier reste lisible.")
            line = found.bonus_line
            return redirect("financing:facility", request.convention.slug, line.facility_id)
    context = {"form": form, "instalment": found}
    return render(request, "financing/payment_correct.html", context)


def calendar(request, year):
    """The Caf’s dates of a year; a year without any is proposed the dates of the one before."""
    require(request.access.has(Right.MANAGE_FUNDING))
    if year not in request.convention.years:
        raise Http404("Cette année n’est pas dans la convention.")
    dates = list(request.convention.calendar_dates.filter(year=year))
    proposed = [] if dates else _a_year_later(request.convention, year)
    form = CalendarForm(request.POST or None, dates=dates or proposed, year=year)
    if form.is_valid():
        payments.save_calendar(request.convention, year, form.terms, by=request.user)
        messages.success(request, f"Le calendrier {year} est enregistré.")
        return redirect("financing:payments", request.convention.slug, year)
    context = {"year": year, "title": f"Calendrier de la Caf {year}", "form": form}
    context |= {"years": _years(request, year), "proposed": bool(proposed)}
    return render(request, "financing/calendar_form.html", context)


def _a_year_later(convention, year):
    dates = list(convention.calendar_dates.filter(year=year - 1))
    for date in dates:
        last = 28 if (date.due_on.month, date.due_on.day) == (2, 29) else date.due_on.day
        date.due_on = date.due_on.replace(year=date.due_on.year + 1, day=last)
    return [date for date in dates if is_near(date.due_on, year)]


@require_safe
def deadline_list(request):
    """What each manager still has to declare, as far as the person may see."""
    require(can_view_any(request.access, request.convention), WHO_READS)
    facilities = visible_facilities(request.access, request.convention)
    mine = declarable_facilities(request.access, request.convention)
    context = {
        "deadlines": deadlines(request.convention, facilities, timezone.localdate()),
        "mine": set(mine.values_list("manager", flat=True)),
        "year": _this_year(request.convention),
    }
    return render(request, "financing/deadline_list.html", context)


def _this_year(convention):
    return min(max(timezone.localdate().year, convention.years[0]), convention.years[-1])


@require_POST
def deadline_remind(request, pk):
    require(request.access.has(Right.MANAGE_FUNDING))
    get_object_or_404(request.convention.calendar_dates, pk=pk)
    today, everywhere = timezone.localdate(), request.convention.facilities.all()
    found = [one for one in deadlines(request.convention, everywhere, today) if one.pk == pk]
    count = sum(remind(request.convention, one, by=request.user) for one in found)
    if count:
        messages.success(request, f"{counted(count, 'personne relancée', 'personnes relancées')}.")
    else:
        messages.info(
            request, "Personne à relancer : déjà fait aujourd’hui, ou aucun membre à qui écrire."
        )
    return redirect("financing:deadlines", request.convention.slug)
