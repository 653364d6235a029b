from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render

from actions.views.selection import selected_codes
from ctg.convention.rights import Right, require
from ctg.french import counted
from governance.forms.follow import FollowForm
from governance.services import committees as services


def follow(request):
    """Entrust the actions selected in the plan to a committee, or take them back from it."""
    require(request.access.has(Right.MANAGE_GOVERNANCE))
    codes = selected_codes(request)
    actions = list(
        request.convention.actions.current()
        .filter(code__in=codes)
        .in_plan_order()
        .prefetch_related("committees")
    )
    form = FollowForm(request.POST or None, convention=request.convention)
    if actions and form.is_valid():
        committee = form.cleaned_data["committee"]
        verb = services.unfollow if "remove" in request.POST else services.follow
        try:
            change = verb(committee, actions, by=request.user)
        except ValidationError as refusal:
            form.add_error("committee", refusal)
        else:
            return _done(request, committee, change)
    return render(
        request,
        "governance/follow_form.html",
        {
            "form": form,
            "actions": actions,
            "missing": len(set(codes)) - len(actions),
            "chosen": counted(len(actions), "action choisie", "actions choisies"),
        },
    )


def _done(request, committee, change):
    """To the change, where it can be undone."""
    slug = request.convention.slug
    if change is None:
        messages.info(request, f"{committee} : rien à changer, c’est déjà ainsi.")
        return redirect("governance:committee", slug, committee.pk)
    count = counted(change.lines.count(), "action", "actions")
    messages.success(request, f"C’est fait pour {count} : {change.summary}.")
    return redirect("actions:bulk_detail", slug, change.pk)
