from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render

from ctg.convention.models import Convention


def choose(request):
    """Straight to the only convention of the person, or the list to choose from."""
    conventions = Convention.objects.visible_to(request.user)
    if len(conventions) == 1:
        return redirect(conventions[0])
    return render(request, "convention/convention_list.html", {"conventions": conventions})


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


def settings_page(request):
    return render(request, "convention/settings.html")
