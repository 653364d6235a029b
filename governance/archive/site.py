"""How a page of the archive is made: it opens from the disk, with the site's own style sheets."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from ctg.convention.models import Convention
from governance.archive.container import Container

STYLE_SHEETS = ("shares.css", "site.css", "archive.css")
NAVIGATION = [
    ("index.html", "Accueil"),
    ("plan.html", "Plan d’action"),
    ("gouvernance.html", "Gouvernance"),
    ("financements.html", "Financements"),
    ("bilans.html", "Bilans"),
    ("documents.html", "Documents"),
    ("tables.html", "Tables"),
]


@dataclass(frozen=True)
class Site:
    convention: Convention
    at: datetime

    def add_style(self, container: Container) -> None:
        for name in STYLE_SHEETS:
            container.add(f"style/{name}", Path(str(finders.find(f"css/{name}"))).read_bytes())

    def add(self, container: Container, path: str, template: str, **context: Any) -> None:
        about = {
            "convention": self.convention,
            "at": self.at,
            "root": "../" * path.count("/"),
            "path": path,
            "navigation": NAVIGATION,
            "missing": container.missing,
        }
        container.add(path, render_to_string(f"archive/{template}.html", about | context))

    def page(self, name: str, context: Callable[[], dict[str, Any]]) -> Callable[[Container], None]:
        """Its figures are read when its turn comes."""
        return lambda container: self.add(container, f"{name}.html", name, **context())
