from ctg.convention.rights import Right
from financing.rights import visible_facilities


def navigation(request):
    """``runs_facility``: asked by the menu only where the role alone does not open the money."""

    def runs_facility():
        access = getattr(request, "access", None)
        if not access or access.has(Right.VIEW_FUNDING):
            return bool(access)
        return visible_facilities(access, request.convention).exists()

    return {"runs_facility": runs_facility}
