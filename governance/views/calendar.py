from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from governance import feed
from governance.models import CalendarFeed


@never_cache
def mine(request):
    """The secret address of the person’s deadlines; a POST makes a new one, or stops it."""
    if request.method == "POST":
        if "stop" in request.POST:
            feed.stop(request.user)
            messages.success(request, "L’adresse de votre calendrier n’ouvre plus rien.")
        else:
            feed.renew(request.user)
            messages.success(request, "Votre calendrier a une nouvelle adresse.")
        return redirect("my_calendar")
    kept = CalendarFeed.objects.filter(person=request.user).first()
    context = {"kept": kept, "address": feed.address(kept) if kept else ""}
    return render(request, "governance/my_calendar.html", context)


@never_cache
@login_not_required
def calendar_feed(request, token):
    """What a calendar program reads, without a session; a wrong address says nothing."""
    found = feed.find(token)
    if found is None:
        raise Http404("Cette adresse de calendrier n’existe pas.")
    return HttpResponse(feed.calendar(found.person), content_type="text/calendar; charset=utf-8")
