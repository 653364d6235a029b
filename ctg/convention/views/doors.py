"""How a person comes in: her conventions, an invitation, a request for access."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from ctg.accounts.models import User
from ctg.convention import admission
from ctg.convention.forms.pact import OpeningForm
from ctg.convention.models import Convention, Organization
from ctg.convention.opening import open_convention
from ctg.convention.rights import require


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


def open_new(request):
    """For who administers the site: a convention, and the person who will lead it."""
    require(
        request.user.has_perm("convention.add_convention"),
        "Une convention est ouverte par la personne qui administre le site.",
    )
    form = OpeningForm(request.POST or None, person=request.user)
    if form.is_valid() and (opened := _opened(form, request)):
        if opened.memberships.exists():
            return redirect(opened)
        invited = form.cleaned_data["lead_email"]
        messages.success(request, f"La {opened} est ouverte : une invitation part à {invited}.")
        return redirect("conventions")
    return render(request, "convention/opening_form.html", {"form": form})


def _opened(form, request):
    try:
        return open_convention(**form.cleaned_data, by=request.user)
    except ValidationError as refusal:
        form.add_error(None, refusal)


@require_POST
def access_ask(request, pk):
    """``pk`` of a convention of the employer that ProConnect gave; any other is not found."""
    employer = get_object_or_404(Organization.objects.exclude(siren=""), siren=request.user.siren)
    found = get_object_or_404(employer.conventions, pk=pk)
    admission.ask_access(found, employer, by=request.user)
    messages.success(request, "Votre demande est transmise : la réponse vous viendra par courriel.")
    return redirect("conventions")


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
