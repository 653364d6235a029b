"""Tile map: one tile per commune, put on a grid as close as can be to where it lies."""

from collections.abc import Hashable, Iterable, Mapping
from itertools import combinations, product
from math import ceil, cos, hypot, radians, sqrt
from typing import TypeVar

from ctg.convention.models import Commune

Key = TypeVar("Key", bound=Hashable)
Cell = tuple[int, int]


def tile_cells(points: Mapping[Key, tuple[float, float]]) -> dict[Key, Cell]:
    """(row, column) of each (latitude, longitude), one tile a cell, north at the top.

    Each point takes the nearest free cell, the most central first; then any two tiles change
    places when that brings them nearer to where they lie. Same points, same cells.
    """
    if not points:
        return {}
    wanted = _on_grid(points)
    middle = (_mean(row for row, _ in wanted.values()), _mean(col for _, col in wanted.values()))
    free = set(product(range(-1, _side(points) + 2), repeat=2))
    cells: dict[Key, Cell] = {}
    for key in sorted(wanted, key=lambda key: (_distance(wanted[key], middle), str(key))):
        cells[key] = min(free, key=lambda cell: (_distance(wanted[key], cell), cell))
        free.remove(cells[key])
    while _swap_once(cells, wanted):
        pass
    return cells


def commune_cells(communes: Iterable[Commune]) -> dict[Commune, Cell]:
    """A commune without a label point has no tile."""
    return tile_cells(
        {
            commune: (float(commune.latitude), float(commune.longitude))
            for commune in communes
            if commune.latitude is not None and commune.longitude is not None
        }
    )


def _side(points) -> int:
    return ceil(sqrt(len(points)) * 1.15)


def _on_grid(points):
    """Points scaled to the grid; a degree of longitude is shorter than one of latitude."""
    latitudes = [latitude for latitude, _ in points.values()]
    shrink = cos(radians(_mean(latitudes)))
    flat = {key: (-latitude, longitude * shrink) for key, (latitude, longitude) in points.items()}
    top, left = (min(place[axis] for place in flat.values()) for axis in (0, 1))
    spans = [
        max(place[axis] for place in flat.values()) - low for axis, low in ((0, top), (1, left))
    ]
    scale = (_side(points) - 1) / (max(spans) or 1)
    return {key: ((y - top) * scale, (x - left) * scale) for key, (y, x) in flat.items()}


def _swap_once(cells, wanted) -> bool:
    swapped = False
    for one, other in combinations(cells, 2):
        now = _distance(wanted[one], cells[one]) ** 2 + _distance(wanted[other], cells[other]) ** 2
        then = _distance(wanted[one], cells[other]) ** 2 + _distance(wanted[other], cells[one]) ** 2
        if then < now - 1e-9:
            cells[one], cells[other] = cells[other], cells[one]
            swapped = True
    return swapped


def _distance(one, other) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _mean(values) -> float:
    values = list(values)
    return sum(values) / len(values)
