from hashlib import sha256

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from actions import ordering
from actions.forms.order import PlaceForm
from actions.forms.plan import LEVELS
from actions.plan.tree import plan_tree
from ctg.convention.rights import Right, require
from ctg.french import counted
from ctg.numbers import whole_number


def order(request):
    """The whole plan with what moves each line; a POST moves one by a step."""
    require(request.access.has(Right.EDIT_PLAN))
    if request.method == "POST":
        kind, _, pk = request.POST.get("line", "").partition(":")
        line = _line(request, kind, pk)
        _step(request, line, 1 if request.POST.get("to") == "down" else -1)
        if not request.htmx:
            return redirect(_at(request, kind, line))
    return _tree(request)


def _step(request, line, step):
    parent = ordering.parent_of(line)
    keys = [other.pk for other in ordering.neighbours(line, parent, request.convention)]
    if line.pk in keys:
        _place(request, line, parent, keys.index(line.pk) + step)


def place(request, kind, pk):
    """Under another line, at a rank; the same address serves the drag of the order page."""
    require(request.access.has(Right.EDIT_PLAN))
    line = _line(request, kind, pk)
    data = request.POST if request.method == "POST" else None
    form = PlaceForm(data, line=line, convention=request.convention)
    if form.is_valid():
        parent = form.cleaned_data.get("parent")
        if _place(request, line, parent, form.cleaned_data["rank"] - 1):
            return _tree(request) if request.htmx else redirect(_at(request, kind, line))
    return render(request, "actions/order_place.html", {"form": form, "line": line})


def _place(request, line, parent, index):
    try:
        ordering.place(
            line, parent=parent, index=index, convention=request.convention, by=request.user
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return False
    return True


def codes(request):
    """The codes that would follow the order, then, on POST, the change itself."""
    require(request.access.has(Right.EDIT_PLAN))
    changes = ordering.renumberings(request.convention)
    digest = _digest(changes)
    if request.method == "POST" and request.POST.get("digest") == digest:
        count = ordering.renumber(request.convention, by=request.user)
        messages.success(request, f"{counted(count, 'code changé', 'codes changés')}.")
        return redirect("actions:plan", request.convention.slug)
    if request.method == "POST":
        messages.warning(request, "Le plan a changé depuis cet aperçu : relisez-le.")
    return render(request, "actions/order_codes.html", {"changes": changes, "digest": digest})


def _digest(changes):
    said = ";".join(f"{change.line.pk}:{change.before}:{change.after}" for change in changes)
    return sha256(said.encode()).hexdigest()[:16]


def _tree(request):
    actions = request.convention.actions.current().in_plan_order()
    tree = plan_tree(request.convention, actions, with_empty=True)
    template = "actions/order.html" + ("#tree" if request.htmx else "")
    return render(request, template, {"tree": tree})


def _line(request, kind, pk):
    lines = request.convention.actions if kind == "actions" else _level(kind).of(request.convention)
    return get_object_or_404(lines, pk=whole_number(str(pk)))


def _level(kind):
    try:
        return LEVELS[kind]
    except KeyError:
        raise Http404("Ce niveau du plan n’existe pas.") from None


def _at(request, kind, line):
    return f"{reverse('actions:order', args=[request.convention.slug])}#{kind}-{line.pk}"
