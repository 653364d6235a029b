from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from ctg.accounts.models import User
from ctg.convention import admission, services
from ctg.convention.forms import GrantForm, InvitationForm, ThresholdsForm
from ctg.convention.models import Convention, Organization
from ctg.convention.rights import Right, Role, require


def home(request):
    """Straight to the only convention of the person, or the list to choose from."""
    conventions = Convention.objects.visible_to(request.user)
    return redirect(conventions[0]) if len(conventions) == 1 else choose(request)


def choose(request):
    """Her conventions, and those of her employer, where she may ask to be let in."""
    conventions = Convention.objects.visible_to(request.user)
    employer = Organization.objects.filter(siren=request.user.siren).exclude(siren="").first()
    doors = employer.conventions.exclude(pk__in=conventions) if employer else ()
    asked = set(request.user.access_requests.values_list("convention_id", flat=True))
    return render(
        request,
        "convention/convention_list.html",
        {"conventions": conventions, "employer": employer, "doors": doors, "asked": asked},
    )


def settings_page(request):
    """The convention as it is known, its members, and the form that invites one more."""
    require(request.access.has(Right.MANAGE_CONVENTION))
    form = InvitationForm(request.POST or None, convention=request.convention)
    if form.is_valid():
        try:
            sent = admission.invite(request.convention, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"{sent.first_name} est invité·e : un courriel part.")
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
        "invitations": request.convention.invitations.pending().select_related("organization"),
        "access_requests": request.convention.access_requests.select_related(
            "user", "organization"
        ),
        "roles": Role.choices,
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


@require_POST
def invitation_send_again(request, pk):
    require(request.access.has(Right.MANAGE_CONVENTION))
    invitation = get_object_or_404(request.convention.invitations.pending(), pk=pk)
    admission.send_again(invitation, by=request.user)
    messages.success(request, f"L’invitation repart vers {invitation.email}.")
    return redirect("convention:settings", request.convention.slug)


@require_POST
def invitation_withdraw(request, pk):
    require(request.access.has(Right.MANAGE_CONVENTION))
    invitation = get_object_or_404(request.convention.invitations.pending(), pk=pk)
    admission.withdraw(invitation, by=request.user)
    messages.success(request, f"L’invitation de {invitation.email} est retirée.")
    return redirect("convention:settings", request.convention.slug)


@login_not_required
def invitation(request, token):
    """A new person enters by accepting; who has an account signs in first, as anywhere."""
    try:
        found = admission.invitation_of(token)
        page = {"invitation": found, "sign_in_first": must_sign_in(request.user, found)}
        if request.method != "POST" or page["sign_in_first"]:
            return render(request, "convention/invitation.html", page)
        person = admission.accept(found)
    except admission.InvitationRefused as refusal:
        return render(request, "convention/invitation.html", {"refusal": refusal}, status=410)
    if request.user.is_anonymous:
        login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    return redirect(found.convention)


def must_sign_in(person, invitation):
    if person.is_authenticated:
        return person.email != invitation.email
    return User.objects.filter(email=invitation.email).exists()


@require_POST
def access_ask(request, pk):
    """``pk`` of a convention of the employer that ProConnect gave; any other is not found."""
    employer = get_object_or_404(Organization.objects.exclude(siren=""), siren=request.user.siren)
    found = get_object_or_404(employer.conventions, pk=pk)
    admission.ask_access(found, employer, by=request.user)
    messages.success(request, "Votre demande est transmise : la réponse vous viendra par courriel.")
    return redirect("conventions")


@require_POST
def access_grant(request, pk):
    require(request.access.has(Right.MANAGE_CONVENTION))
    asked = get_object_or_404(request.convention.access_requests, pk=pk)
    form = GrantForm(request.POST)
    if form.is_valid():
        admission.grant_access(asked, by=request.user, **form.cleaned_data)
        messages.success(request, f"{asked.user} entre dans la convention.")
    else:
        messages.error(request, "Choisissez un rôle pour cette personne.")
    return redirect("convention:settings", request.convention.slug)


@require_POST
def access_decline(request, pk):
    require(request.access.has(Right.MANAGE_CONVENTION))
    asked = get_object_or_404(request.convention.access_requests, pk=pk)
    admission.decline_access(asked, by=request.user)
    messages.success(request, f"La demande de {asked.user} est refusée.")
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
