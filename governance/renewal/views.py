from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ctg.convention.rights import Right, require
from governance.renewal import services
from governance.renewal.forms import RenewalForm


@require_http_methods(["GET", "POST"])
def renew(request):
    require(
        request.access.has(Right.MANAGE_CONVENTION),
        "La convention est renouvelée par la personne qui la pilote.",
    )
    renewal = getattr(request.convention, "renewal", None)
    if renewal:
        return render(request, "renewal/renewed.html", {"renewal": renewal})
    form = RenewalForm(request.POST or None, convention=request.convention)
    if form.is_valid() and (made := _renewed(form, request)):
        messages.success(request, f"La {made} est ouverte : son plan reste à compléter.")
        return redirect("actions:plan", made.slug)
    return render(request, "renewal/renewal_form.html", {"form": form})


def _renewed(form, request):
    try:
        return services.renew(request.convention, **form.cleaned_data, by=request.user)
    except ValidationError as refusal:
        form.add_error(None, refusal)
