"""Views of the plan kept by name, private or shared with the members."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from actions import saved_views
from actions.forms.saved_view import SavedViewForm
from actions.models import SavedView
from actions.rights import can_change_view
from ctg.convention.rights import require


def views(request):
    """Those one may open; a POST keeps the one on screen, whose address it brings."""
    new = SavedView(convention=request.convention, owner=request.user)
    form = SavedViewForm(request.POST or None, instance=new)
    if form.is_valid():
        view = saved_views.save_view(
            request.convention,
            query=request.POST.get("query", ""),
            by=request.user,
            **form.cleaned_data,
        )
        messages.success(request, f"La vue « {view} » est enregistrée.")
        return redirect(view)
    found = _visible(request).select_related("owner", "convention")
    return render(
        request,
        "actions/saved_views.html",
        {
            "form": form if request.method == "POST" else None,
            "query": request.POST.get("query", ""),
            "views": [
                (view, can_change_view(request.access, view, request.user)) for view in found
            ],
        },
    )


def view_change(request, pk):
    view = _mine(request, pk)
    form = SavedViewForm(request.POST or None, instance=view)
    if form.is_valid():
        saved_views.change_view(view, by=request.user, **form.cleaned_data)
        messages.success(request, f"La vue « {view} » est enregistrée.")
        return redirect("actions:views", request.convention.slug)
    return render(request, "actions/saved_view_form.html", {"form": form, "view": view})


@require_POST
def view_delete(request, pk):
    view = _mine(request, pk)
    saved_views.delete_view(view, by=request.user)
    messages.success(request, f"La vue « {view} » est supprimée ; ses actions ne changent pas.")
    return redirect("actions:views", request.convention.slug)


def _visible(request):
    return request.convention.saved_views.visible_to(request.user)


def _mine(request, pk):
    view = get_object_or_404(_visible(request), pk=pk)
    require(can_change_view(request.access, view, request.user))
    return view
