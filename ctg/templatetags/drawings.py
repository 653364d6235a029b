"""Bars, lines, maps and calendars; their HTML is in templates/components/.

Widths and places are whole percents carried by the classes of static/css/shares.css: no inline
style, colours from the stylesheets, and on paper plain blocks rather than images.
"""

from itertools import zip_longest
from math import cos, radians

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from ctg import french
from ctg.collation import sort_key

register = template.Library()


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
