"""Views of the plan that the lead keeps, two of them shared."""

from actions.models import SavedView
from actions.saved_views import kept_query
from ctg.management.demo.cast import Scene


def write(scene: Scene) -> None:
    themes = {theme.code: theme.pk for theme in scene.convention.themes.all()}
    early = next((pk for code, pk in themes.items() if "enfance" in code), "")
    views = (
        ("En retard", "vue=tableau&late=true&tri=fin", True),
        ("Petite enfance, par commune", f"vue=matrice&croiser=communes&theme={early}", True),
        (
            "Fiches à compléter",
            "vue=tableau&missing=pilote&missing=indicateur&missing=cible",
            False,
        ),
    )
    SavedView.objects.bulk_create(
        SavedView(
            convention=scene.convention,
            owner=scene.lead,
            name=name,
            query=kept_query(query),
            is_shared=is_shared,
        )
        for name, query, is_shared in views
    )
