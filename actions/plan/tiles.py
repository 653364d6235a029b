"""The plan on the map: how many actions each commune takes part in."""

from collections import Counter
from collections.abc import Iterable

from actions.models import Action
from ctg.convention.models import Commune
from ctg.convention.tiles import commune_cells


def commune_tiles(communes: Iterable[Commune], actions: Iterable[Action]) -> list[dict]:
    """Tiles for the tile_map component; a commune without a label point has no tile."""
    counts = Counter(commune.pk for action in actions for commune in action.communes.all())
    return [
        {
            "name": commune.name,
            "value": counts[commune.pk],
            "row": row,
            "column": column,
            "url": f"?vue=tableau&commune={commune.pk}",
        }
        for commune, (row, column) in commune_cells(communes).items()
    ]
