from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from ctg.mail.models import KeptMail

PER_PAGE = 20


@login_not_required
def kept_mails(request):
    """What the demonstration would have sent, the latest first."""
    page = Paginator(KeptMail.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "mail/kept_mails.html", {"page": page})


@login_not_required
@csp_replace({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"]})
def kept_html(request, pk):
    """As a mail program would show it; styles are written in the message itself."""
    return HttpResponse(get_object_or_404(KeptMail, pk=pk).html)
