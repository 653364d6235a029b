"""The pieces that screen and paper are made of; their HTML is in templates/components/."""

from itertools import zip_longest

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

from ctg import french

register = template.Library()


def component(name: str, **context) -> str:
    return render_to_string(f"components/{name}.html", context)


# Page


@register.simple_tag(takes_context=True)
def nav_link(context, view_name, label, badge="", badge_label="à traiter"):
    """A link of the main menu, current on every page of its section; badge: a key of nav_counts."""
    request = context["request"]
    home = reverse("governance:home", args=[request.convention.slug])
    url = reverse(view_name, args=[request.convention.slug])

    def section(path):
        return path.removeprefix(home).split("/")[0]

    current = "page" if request.path == url else section(request.path) == section(url)
    count = (context.get("nav_counts") or {}).get(badge)
    return component(
        "nav_link", url=url, label=label, current=current, badge=count, badge_label=badge_label
    )


@register.simple_block_tag
def page_head(content, title, subtitle="", eyebrow="", stake=None):
    return component(
        "page_head", title=title, subtitle=subtitle, eyebrow=eyebrow, stake=stake, actions=content
    )


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*labels_and_urls, stake=None):
    pairs = zip_longest(labels_and_urls[::2], labels_and_urls[1::2])
    return {"crumbs": list(pairs), "stake": stake}


@register.inclusion_tag("components/segmented.html")
def segmented(label, items):
    return {"label": label, "items": items}


@register.inclusion_tag("components/pagination.html")
def pagination(page, noun="éléments"):
    pages = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "pages": list(pages), "noun": noun}


# Content


@register.simple_block_tag
def card(content, title="", level=2, note="", id="", kind=""):
    return component("card", title=title, level=level, note=note, id=id, kind=kind, content=content)


@register.simple_block_tag
def notice(content, kind="info", title=""):
    return component("notice", kind=kind, title=title, content=content)


@register.inclusion_tag("components/empty_state.html")
def empty_state(title, text="", url="", action="", other_url="", other=""):
    doors = {"url": url, "action": action, "other_url": other_url, "other": other}
    return {"title": title, "text": text, **doors}


@register.simple_tag
def pill(label, kind="neutral"):
    return format_html('<span class="pill status-{}">{}</span>', kind, label)


@register.simple_block_tag
def fact(content, label, empty=""):
    """One line of a <dl class="facts">; nothing at all when there is nothing to say."""
    content = content.strip() or conditional_escape(empty)
    return component("fact", label=label, content=mark_safe(content)) if content else ""


@register.inclusion_tag("components/key_figure.html")
def key_figure(value, label, compared="", url="", kind=""):
    return {"value": value, "label": label, "compared": compared, "url": url, "kind": kind}


WRITERS = {
    "text": lambda value: french.NOTHING if value in (None, "") else value,
    "number": french.number,
    "money": french.money,
    "signed": french.signed_money,
    "percent": french.percent,
}


def column_writer(kind: str, values):
    """All the amounts of a column show their cents as soon as one has some."""
    write = WRITERS[kind]
    if kind in ("money", "signed") and any(map(french.has_cents, values)):
        return lambda value: write(value, "cents")
    return write


@register.inclusion_tag("components/stat_table.html")
def stat_table(columns, rows, caption="", footer=None, label="", stacked=False):
    """A column is a label, or (label, kind): text, number, money, signed, percent.

    ``label`` names the table where a heading stands for the caption.
    """
    names = [column if isinstance(column, str) else column[0] for column in columns]
    kinds = ["text" if isinstance(column, str) else column[1] for column in columns]
    lines = [*rows, footer] if footer else list(rows)
    writers = [column_writer(kind, [line[i] for line in lines]) for i, kind in enumerate(kinds)]

    def cells(line):
        return [
            {"text": write(value), "figure": kind != "text", "label": name}
            for name, kind, write, value in zip(names, kinds, writers, line, strict=True)
        ]

    return {
        "columns": [
            {"label": name, "figure": kind != "text"}
            for name, kind in zip(names, kinds, strict=True)
        ],
        "rows": [cells(line) for line in rows],
        "footer": cells(footer) if footer else None,
        "caption": caption,
        "label": label or caption or "Tableau",
        "stacked": stacked,
    }


# Forms


@register.simple_tag
def field(bound, previous="", kind=""):
    """As {{ bound.as_field_group }}, with what was said last time above the input."""
    said = f"{bound.auto_id}_previous" if previous else ""
    described = " ".join(filter(None, (said, bound.aria_describedby)))
    if previous and not bound.use_fieldset:
        bound.field.widget.attrs["aria-describedby"] = described
    context = {"field": bound, "previous": previous, "kind": kind, "described": described}
    return render_to_string("django/forms/field.html", context)


@register.simple_tag
def radio_cards(bound, previous=""):
    return field(bound, previous=previous, kind="radio-cards")


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms):
    """Forms and formsets; each message links to its field."""
    general, errors = [], []
    for form in forms:
        general += form.non_form_errors() if hasattr(form, "non_form_errors") else []
        for one in getattr(form, "forms", [form]):
            general += one.non_field_errors()
            for bound in one:
                target = f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label
                errors += [(target, bound.label, message) for message in bound.errors]
    return {"general": general, "errors": errors, "count": len(general) + len(errors)}


@register.simple_block_tag
def form_actions(content, sticky=False):
    return component("form_actions", content=content, sticky=sticky)
