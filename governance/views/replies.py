"""The answer to a convocation by the link it carries: no account, no password."""

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from governance.forms.meeting import ReplyForm
from governance.models import Attendance
from governance.notifications import REPLY_SALT
from governance.services import meetings as services


@login_not_required
@never_cache
def reply(request, token):
    person = _expected(token)
    form = ReplyForm(
        request.POST or None,
        initial={"answer": person.reply, "represented_by": person.represented_by},
    )
    if form.is_valid():
        try:
            services.reply(person, by=None, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect(request.path)
    context = {"meeting": person.meeting, "person": person, "form": form}
    return render(request, "governance/reply_by_link.html", context)


def _expected(token) -> Attendance:
    try:
        pk = signing.loads(token, salt=REPLY_SALT)
    except signing.BadSignature as error:
        raise Http404("Ce lien n’est pas valable : reprenez celui de votre convocation.") from error
    expected = Attendance.objects.select_related("organization", "meeting__committee__convention")
    return get_object_or_404(expected, pk=pk)
