from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from ctg.mail.forms import PreferencesForm
from ctg.mail.kinds import SWITCHABLE
from ctg.mail.preferences import choose, mute, muted, read_token


def preferences(request):
    address = request.user.email.lower()
    refused = muted(address)
    initial = {"wanted": [kind for kind in SWITCHABLE if kind not in refused]}
    form = PreferencesForm(request.POST or None, initial=initial)
    if request.method == "POST":
        form = PreferencesForm(request.POST)
        if form.is_valid():
            choose(address, wanted=form.cleaned_data["wanted"])
            messages.success(request, "Vos choix sont enregistrés.")
            return redirect("mail:preferences")
    return render(request, "mail/preferences.html", {"form": form, "address": address})


@csrf_exempt  # the reader’s mail program posts here without a page of ours (RFC 8058)
@login_not_required
def unsubscribe(request, token):
    """A GET asks, since mail scanners follow links; a POST stops this kind for this address."""
    read = read_token(token)
    if read is None:
        return render(request, "mail/unknown_link.html", status=404)
    kind, address = read
    if request.method == "POST":
        mute(kind, address)
    context = {"kind": kind, "address": address, "done": request.method == "POST"}
    return render(request, "mail/unsubscribe.html", context)
