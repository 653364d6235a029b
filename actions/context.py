from actions.models import Contribution
from ctg.convention.rights import Right


def navigation(request):
    """``nav_counts.progress``: answers the person still owes, or has to validate."""
    access = getattr(request, "access", None)
    if not access:
        return {}
    answers = Contribution.objects.filter(campaign__in=request.convention.campaigns.open())
    if access.has(Right.MANAGE_CAMPAIGN):
        waiting = answers.waiting_for_validation()
    else:
        organizations = access.organizations_with(Right.ANSWER_CAMPAIGN)
        waiting = answers.waiting_for_answer().of(organizations)
    return {"nav_counts": {"progress": waiting.count()}}
