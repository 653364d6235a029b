"""The plan on the map: how many actions each commune takes part in."""

from collections import Counter
from collections.abc import Iterable

from actions.models import Action
from ctg.convention.models import Commune
from ctg.convention.tiles import tile_cells


def commune_tiles(communes: Iterable[Commune], actions: Iterable[Action]) -> list[dict]:
    """Tiles for the tile_map component; a commune without a label point has no tile."""
    counts = Counter(commune.pk for action in actions for commune in action.communes.all())
    placed = {
        commune: (float(commune.latitude), float(commune.longitude))
        for commune in communes
        if commune.latitude is not None and commune.longitude is not None
    }
    return [
        {
            "name": commune.name,
            "value": counts[commune.pk],
            "row": row,
            "column": column,
            "url": f"?vue=tableau&commune={commune.pk}",
        }
        for commune, (row, column) in tile_cells(placed).items()
    ]
