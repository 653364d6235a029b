from django.urls import reverse

from ctg.convention.rights import Right


def tabs(request, current: str) -> list[tuple[str, str, bool]]:
    """What this person has of the three working tabs; nothing when there is only one."""
    access = request.access
    shown = [
        ("home", "Vue d’ensemble", access.has(Right.FOLLOW_CAMPAIGN)),
        ("mine", "À saisir", access.has(Right.ANSWER_CAMPAIGN)),
        ("queue", "À valider", access.has(Right.MANAGE_CAMPAIGN)),
    ]
    mine = [(name, label) for name, label, allowed in shown if allowed]
    if len(mine) < 2:
        return []
    slug = request.convention.slug
    return [
        (label, reverse(f"progress:{name}", args=[slug]), name == current) for name, label in mine
    ]
