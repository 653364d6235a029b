from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from ctg.convention import services
from ctg.convention.forms import InvitationForm, ThresholdsForm
from ctg.convention.models import Convention
from ctg.convention.rights import Right, require


def home(request):
    """Straight to the only convention of the person, or the list to choose from."""
    conventions = Convention.objects.visible_to(request.user)
    if len(conventions) == 1:
        return redirect(conventions[0])
    return render(request, "convention/convention_list.html", {"conventions": conventions})


def choose(request):
    conventions = Convention.objects.visible_to(request.user)
    return render(request, "convention/convention_list.html", {"conventions": conventions})


def settings_page(request):
    """The convention as it is known, its members, and the form that invites one more."""
    require(request.access.has(Right.MANAGE_CONVENTION))
    form = InvitationForm(request.POST or None, convention=request.convention)
    if form.is_valid():
        try:
            member = services.invite(request.convention, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"{member.user} est invité·e : un courriel lui est envoyé.")
            return redirect("convention:settings", request.convention.slug)
    return _settings(request, form=form)


def _settings(request, **forms):
    """``?membre=``: part of a name, an address or an organisation."""
    text = request.GET.get("membre", "").strip()
    members = request.convention.memberships.select_related("user", "organization")
    if text:
        fields = ("user__first_name", "user__last_name", "user__email")
        fields += ("organization__name", "organization__short_name")
        members = members.filter(
            Q.create([(f"{field}__icontains", text) for field in fields], connector=Q.OR)
        )
    context = {
        "form": InvitationForm(convention=request.convention),
        "thresholds": ThresholdsForm(instance=request.convention),
        "members": members,
        "text": text,
    }
    return render(request, "convention/settings.html", context | forms)


def thresholds(request):
    require(request.access.has(Right.MANAGE_CONVENTION))
    form = ThresholdsForm(request.POST or None, instance=request.convention)
    if form.is_valid():
        services.set_thresholds(request.convention, by=request.user, **form.cleaned_data)
        messages.success(request, "Les seuils sont enregistrés.")
        return redirect("convention:settings", request.convention.slug)
    return _settings(request, thresholds=form)


@require_POST
def member_remove(request, pk):
    require(request.access.has(Right.MANAGE_CONVENTION))
    member = get_object_or_404(request.convention.memberships, pk=pk)
    try:
        services.remove_member(member, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"{member.user} n’a plus ce rôle.")
    return redirect("convention:settings", request.convention.slug)


def document(request, pk):
    """Always as an attachment: an uploaded file is never shown by our own address."""
    found = get_object_or_404(request.convention.documents, pk=pk)
    return FileResponse(found.file.open(), as_attachment=True)


@login_not_required
def help_page(request):
    return render(request, "convention/help.html")


@login_not_required
def accessibility(request):
    return render(request, "convention/accessibility.html")


@login_not_required
def legal(request):
    return render(request, "convention/legal.html")


@login_not_required
def privacy(request):
    return render(request, "convention/privacy.html")
