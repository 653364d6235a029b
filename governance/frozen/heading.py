from datetime import datetime
from typing import Any

from ctg.convention.models import Convention
from governance.frozen.models import FrozenDocument


def heading(
    convention: Convention, document: FrozenDocument | None, at: datetime
) -> dict[str, Any]:
    """The fields of FrozenData; before the document is begun, it would be the first edition."""
    return {
        "convention": convention.name,
        "short_name": convention.short_name,
        "slug": convention.slug,
        "period": convention.period_label,
        "author": str(convention.epci),
        "is_demo": convention.is_demo,
        "edition": document.edition if document else 1,
        "correction_note": document.correction_note.strip() if document else "",
        "figures_at": at,
    }
