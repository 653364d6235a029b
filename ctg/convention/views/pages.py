from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render


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
