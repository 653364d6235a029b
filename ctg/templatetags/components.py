"""The pieces that screen and paper are made of; their HTML is in templates/components/."""

import re
from itertools import zip_longest
from math import cos, radians

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeData, mark_safe

from ctg import french
from ctg.collation import sort_key

register = template.Library()

for write in (
    *(french.money, french.signed_money, french.money_short, french.number, french.percent),
    *(french.french_date, french.french_day, french.short_date, french.clock),
    french.french_moment,
):
    register.filter(write.__name__, write)


@register.filter
def of(organization):
    return french.of(str(organization))


@register.filter(needs_autoescape=True)
def typography(text, autoescape=True):
    """A text that a person typed, with French spaces; safe markup is left alone."""
    if isinstance(text, SafeData):
        return text
    text = french.typeset(str(text or ""))
    return conditional_escape(text) if autoescape else text


@register.filter
def paragraphs(text):
    """A text that a person typed, as paragraphs; a return breaks the line."""
    blocks = re.split(r"\n\s*\n", str(text or "").replace("\r", "").strip())
    lines = [[typography(line.strip()) for line in block.split("\n")] for block in blocks if block]
    return format_html_join(
        "\n", "<p>{}</p>", ((format_html_join(mark_safe("<br>"), "{}", zip(p)),) for p in lines)
    )


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
def empty_state(title, text="", url="", action=""):
    return {"title": title, "text": text, "url": url, "action": action}


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


# Drawings. Widths and places are whole percents carried by the classes of static/css/shares.css:
# no inline style, colours from the stylesheets, and on paper plain blocks rather than images.


def whole_percent(fraction) -> int:
    return min(100, max(0, round(float(fraction) * 100)))


def shares(counts: list[int]) -> list[int]:
    """Whole percents that add up to 100, and at least 1 for what exists."""
    total = sum(counts)
    parts = [max(1, count * 100 // total) if count else 0 for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda i: -(counts[i] * 100 % total))
    while (missing := 100 - sum(parts)) > 0:
        for i in by_remainder[:missing]:
            parts[i] += bool(counts[i])
    parts[parts.index(max(parts))] += missing
    return parts


@register.simple_tag
def meter(percent, label="", stake=None, kind=""):
    """A bar of percent (0 to 100, or None: unknown) in a stake’s or a status’s colour.

    Written here rather than in a template: a list draws one for each line.
    """
    colour = (f" stake-{stake}" if stake else "") + (f" status-{kind}" if kind else "")
    if percent is None:
        said, bar = "non renseigné", mark_safe('<span class="meter-bar meter-unknown"></span>')
    else:
        said = f"{french.percent(percent)} {label}".strip()
        share = whole_percent(float(percent) / 100)
        drawn = format_html('<span class="share-{}"></span>', share) if share else ""
        bar = format_html('<span class="meter-bar">{}</span>', drawn)
    return format_html(
        '<span class="meter{}"><span class="meter-label">{}</span>{}</span>', colour, said, bar
    )


@register.inclusion_tag("components/status_bar.html")
def status_bar(segments):
    segments = [segment for segment in segments if segment[2]]
    counts = [count for _, _, count in segments]
    parts = zip(segments, shares(counts) if counts else [], strict=True)
    return {
        "segments": [
            {"kind": kind, "label": label, "count": count, "share": share}
            for (kind, label, count), share in parts
        ],
    }


TREND_WIDTH, TREND_HEIGHT, TREND_MARGIN = 96, 24, 4


@register.inclusion_tag("components/trend.html")
def trend(values, labels=(), target=None, stake=None):
    """A line through the known values; its alternative says them all, with their labels."""
    values = [french.decimal(value) for value in values]
    known = [value for value in [*values, french.decimal(target)] if value is not None]
    lowest, highest = (min(known), max(known)) if known else (0, 0)
    step = (TREND_WIDTH - 2 * TREND_MARGIN) / max(1, len(values) - 1)

    def height(value):
        rise = float((value - lowest) / (highest - lowest)) if highest > lowest else 0.5
        return str(round(TREND_HEIGHT - TREND_MARGIN - rise * (TREND_HEIGHT - 2 * TREND_MARGIN), 1))

    points = [
        (str(round(TREND_MARGIN + i * step, 1)), height(value))
        for i, value in enumerate(values)
        if value is not None
    ]
    said = [
        f"{label}{french.NBSP}: {french.number(value)}" if label else french.number(value)
        for label, value in zip_longest(labels, values)
    ]
    return {
        "points": " ".join(f"{x},{y}" for x, y in points),
        "last": points[-1] if points else None,
        "target": None if target is None else height(french.decimal(target)),
        "text": f"{french.NBSP}; ".join(said),
        "stake": stake,
    }


def level(value, highest) -> int:
    """Depth of colour, from 0 (nothing) to 4 (the highest)."""
    return 0 if not value else 1 + min(3, int(4 * (value - 1) / highest))


@register.inclusion_tag("components/tile_map.html")
def tile_map(tiles, noun="actions", caption=""):
    """One tile per place, where it lies: dicts of name, value, row, column, url, level, short."""
    highest = max((tile["value"] or 0 for tile in tiles), default=0)
    tiles = [
        {"level": level(tile["value"], highest), "short": tile["name"], **tile} for tile in tiles
    ]
    placed = {(tile["row"], tile["column"]): tile for tile in tiles}
    rows = range(min(r for r, _ in placed), max(r for r, _ in placed) + 1) if placed else ()
    columns = range(min(c for _, c in placed), max(c for _, c in placed) + 1) if placed else ()
    return {
        "grid": [[placed.get((row, column)) for column in columns] for row in rows],
        "tiles": sorted(tiles, key=lambda tile: (-(tile["value"] or 0), sort_key(tile["name"]))),
        "noun": noun,
        "caption": caption,
    }


MAP_WIDTH = 640


@register.inclusion_tag("components/contour_map.html")
def contour_map(shapes, noun="actions"):
    """Places as they lie: dicts of name, value, url, geometry (GeoJSON, degrees)."""
    highest = max((shape["value"] for shape in shapes), default=0)
    rings = [_rings(shape["geometry"]) for shape in shapes]
    points = [point for of_place in rings for ring in of_place for point in ring]
    west, north = min(x for x, _ in points), max(y for _, y in points)
    east, south = max(x for x, _ in points), min(y for _, y in points)
    flat = cos(radians((north + south) / 2))  # a degree of longitude against one of latitude
    scale = MAP_WIDTH / max((east - west) * flat, 1e-9)

    def path(ring):
        places = (f"{(x - west) * flat * scale:.1f},{(north - y) * scale:.1f}" for x, y in ring)
        return f"M{' '.join(places)}Z"

    return {
        "shapes": [
            {**shape, "level": level(shape["value"], highest), "path": "".join(map(path, of_place))}
            for shape, of_place in zip(shapes, rings, strict=True)
        ],
        "width": MAP_WIDTH,
        "height": round((north - south) * scale),
        "places": sorted(shapes, key=lambda shape: (-shape["value"], sort_key(shape["name"]))),
        "noun": noun,
    }


def _rings(geometry) -> list[list]:
    """Of a Polygon or a MultiPolygon; longitude and latitude only."""
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    return [[point[:2] for point in ring] for polygon in polygons for ring in polygon]


@register.inclusion_tag("components/gantt.html")
def gantt(rows, ticks, today=None, caption="Calendrier", head="Action"):
    """Bars between fractions (0 to 1) of the whole period that the ticks divide equally."""

    def placed(row):
        start = min(99, whole_percent(row["start"]))
        share = max(1, whole_percent(row["end"]) - start)
        done = None if row.get("done") is None else whole_percent(row["done"])
        marks = [(min(99, whole_percent(at)), kind) for at, kind, _ in row.get("marks", ())]
        placed = {"from": start, "share": share, "done_share": done, "marks": marks}
        return {"text": "", "note": "", "is_open": False, **row, **placed}

    return {
        "rows": [placed(row) for row in rows],
        "ticks": ticks,
        "tick_starts": [round(100 * i / len(ticks)) for i in range(1, len(ticks))],
        "today": None if today is None else whole_percent(today),
        "caption": caption,
        "head": head,
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
