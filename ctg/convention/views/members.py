from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from ctg.convention import admission, services
from ctg.convention.forms.access import GrantForm, InvitationForm
from ctg.convention.rights import Right, Role, require


def members(request):
    """Who takes part, who was invited, who asks; ``?membre=``: part of a name or an address."""
    require(request.access.has(Right.MANAGE_CONVENTION))
    form = InvitationForm(request.POST or None, convention=request.convention)
    if form.is_valid():
        try:
            sent = admission.invite(request.convention, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"{sent.first_name} est invité·e : un courriel part.")
            return redirect("convention:members", request.convention.slug)
    text = request.GET.get("membre", "").strip()
    convention = request.convention
    context = {
        "form": form,
        "members": named(convention.memberships.select_related("user", "organization"), text),
        "text": text,
        "invitations": convention.invitations.pending().select_related("organization"),
        "access_requests": convention.access_requests.select_related("user", "organization"),
        "roles": Role.choices,
    }
    return render(request, "convention/members.html", context)


def named(memberships, text):
    """Those whose person or organisation bears a part of this text."""
    fields = ("user__first_name", "user__last_name", "user__email")
    fields += ("organization__name", "organization__short_name")
    conditions = [(f"{field}__icontains", text) for field in fields]
    return memberships.filter(Q.create(conditions, connector=Q.OR)) if text else memberships


@require_POST
def remove(request, pk):
    require(request.access.has(Right.MANAGE_CONVENTION))
    member = get_object_or_404(request.convention.memberships, pk=pk)
    try:
        services.remove_member(member, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"{member.user} n’a plus ce rôle.")
    return redirect("convention:members", request.convention.slug)


@require_POST
def send_again(request, pk):
    require(request.access.has(Right.MANAGE_CONVENTION))
    invitation = get_object_or_404(request.convention.invitations.pending(), pk=pk)
    admission.send_again(invitation, by=request.user)
    messages.success(request, f"L’invitation repart vers {invitation.email}.")
    return redirect("convention:members", request.convention.slug)


@require_POST
def withdraw(request, pk):
    require(request.access.has(Right.MANAGE_CONVENTION))
    invitation = get_object_or_404(request.convention.invitations.pending(), pk=pk)
    admission.withdraw(invitation, by=request.user)
    messages.success(request, f"L’invitation de {invitation.email} est retirée.")
    return redirect("convention:members", request.convention.slug)


@require_POST
def grant(request, pk):
    require(request.access.has(Right.MANAGE_CONVENTION))
    asked = get_object_or_404(request.convention.access_requests, pk=pk)
    form = GrantForm(request.POST)
    if form.is_valid():
        admission.grant_access(asked, by=request.user, **form.cleaned_data)
        messages.success(request, f"{asked.user} entre dans la convention.")
    else:
        messages.error(request, "Choisissez un rôle pour cette personne.")
    return redirect("convention:members", request.convention.slug)


@require_POST
def decline(request, pk):
    require(request.access.has(Right.MANAGE_CONVENTION))
    asked = get_object_or_404(request.convention.access_requests, pk=pk)
    admission.decline_access(asked, by=request.user)
    messages.success(request, f"La demande de {asked.user} est refusée.")
    return redirect("convention:members", request.convention.slug)
