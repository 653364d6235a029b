from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from ctg.accounts.recent import recent_sign_in_required
from ctg.convention import tokens
from ctg.convention.forms.access import ApiTokenForm


@never_cache
@require_http_methods(["GET", "POST"])
@recent_sign_in_required
def api_tokens(request):
    """The tokens of the person; a POST makes one, written on this answer and nowhere else."""
    form, written = ApiTokenForm(request.POST or None, person=request.user), ""
    if form.is_valid():
        try:
            written = tokens.create_token(request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            form = ApiTokenForm(person=request.user)
    return render(
        request,
        "account/api_tokens.html",
        {
            "form": form,
            "written": written,
            "tokens": request.user.api_tokens.select_related("convention"),
        },
    )


@require_POST
def api_token_revoke(request, pk):
    token = get_object_or_404(request.user.api_tokens, pk=pk)
    tokens.revoke_token(token)
    messages.success(request, f"Le jeton « {token.name} » n’ouvre plus rien.")
    return redirect("api_tokens")
