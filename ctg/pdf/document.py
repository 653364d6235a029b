"""The door: a document is a list of chapters, each a template and what it says."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.template.loader import render_to_string
from django.templatetags.static import static

from ctg.pdf import PdfUnavailable, workers
from ctg.pdf.about import About
from ctg.pdf.archive import Attachment
from ctg.pdf.drawing import ELSEWHERE, draw
from ctg.pdf.fonts import PartLost
from ctg.pdf.joining import Part, join
from ctg.pdf.static_files import StaticFiles
from ctg.pdf.store import Store

LIBRARIES = ("weasyprint", "pydyf", "tinycss2", "pikepdf", "uharfbuzz")
ANCHOR = re.compile(r'\sid="([^"]+)"')
LINK = re.compile(r'\shref="#([^"]+)"')
PAGE_OF = re.compile(r'\sdata-page="#([^"]+)"')
FONT_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
)
FAR_LINK = re.compile(f' href="{ELSEWHERE}([^"]+)"')
MOST_PASSES = 4

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Chapter:
    """Begins on a new page. The template extends print.html.

    In it, ``href="#anchor"`` leads to any chapter, and ``data-page="#anchor"`` becomes the number
    of that page.
    """

    template: str
    context: Mapping[str, Any]


def no_progress(done: int, total: int) -> None:
    pass


def render_document(
    about: About,
    chapters: Sequence[Chapter],
    *,
    attachments: list[Attachment] | None = None,
    on_progress: Progress = no_progress,
) -> bytes:
    """Accessible (PDF/UA-1); only the chapters that changed since last time are drawn again.

    With attachments, even none, it is also a file for the archives (PDF/A-3).

    ``on_progress`` is told how many chapters are ready; what it raises stops everything. Raises
    PdfUnavailable, PdfForbidden, or OSError when the disk is full.
    """
    return Rendering(chapters, on_progress).run(about, attachments)


class Rendering:
    """One document on its way: what is drawn already, and what is left."""

    def __init__(self, chapters: Sequence[Chapter], on_progress: Progress) -> None:
        self.on_progress, self.done = on_progress, 0
        self.files = _static_files()
        self.store = Store(settings.PDF_STORE)
        self.setting = _fingerprint(self.files)
        self.pages = [_html(chapter) for chapter in chapters]

    def run(self, about: About, attachments: list[Attachment] | None) -> bytes:
        """When the store turns out to have lost something, it is filled anew."""
        try:
            parts = self._whole()
            workers.tidy(settings.PDF_PROCESSES)
            pdf = join(parts, about, self.store, attachments)
        except PartLost:
            self.store.prune(0)
            pdf = join(self._whole(), about, self.store, attachments)
        self.store.prune()
        return pdf

    def _whole(self) -> list[Part]:
        """A chapter that gives the pages of others is drawn again once they are known."""
        numbers: dict[str, int] | None = None
        for _ in range(MOST_PASSES):
            parts = self._parts([_numbered(html, numbers) for html in self.pages])
            found = _pages_of(parts)
            if found == numbers:
                return parts
            numbers = found
        raise PdfUnavailable("Le PDF n’a pas pu être produit : ses pages ne se fixent pas.")

    def _parts(self, pages: list[str]) -> list[Part]:
        keys = [sha256((self.setting + html).encode()).hexdigest() for html in pages]
        parts = {key: part for key in keys if (part := Part.stored(self.store, key))}
        jobs = sorted(
            {key: html for key, html in zip(keys, pages, strict=True) if key not in parts}.items(),
            key=lambda job: -len(job[1]),
        )
        self._tell(len(keys) - len(jobs))
        drawings = [(html, key, self.files, self.store) for key, html in jobs]
        with closing(workers.run(draw, drawings, settings.PDF_PROCESSES)) as progress:
            for done in progress:
                self._tell(len(keys) - len(jobs) + done)
        parts |= {key: part for key, _ in jobs if (part := Part.stored(self.store, key))}
        try:
            return [parts[key] for key in keys]
        except KeyError as lost:
            raise PartLost from lost

    def _tell(self, done: int) -> None:
        """Never less than before: a chapter drawn again was ready already."""
        self.done = max(self.done, done)
        self.on_progress(self.done, len(self.pages))


def _html(chapter: Chapter) -> str:
    html = render_to_string(chapter.template, dict(chapter.context))
    here = set(ANCHOR.findall(html))

    def link(found: re.Match[str]) -> str:
        return found[0] if found[1] in here else f' href="{ELSEWHERE}{found[1]}"'

    return LINK.sub(link, html)


def _numbered(html: str, pages: Mapping[str, int] | None) -> str:
    """Before the pages are known, any number holds the place; then what leads nowhere goes."""
    if pages is None:
        return PAGE_OF.sub(' data-page="0"', html)

    def number(found: re.Match[str]) -> str:
        return f' data-page="{pages[found[1]]}"' if found[1] in pages else ""

    def link(found: re.Match[str]) -> str:
        return found[0] if found[1] in pages else ""

    return FAR_LINK.sub(link, PAGE_OF.sub(number, html))


def _pages_of(parts: list[Part]) -> dict[str, int]:
    pages: dict[str, int] = {}
    before = 1
    for part in parts:
        for anchor, (page, _, _) in part.drawn.anchors.items():
            pages.setdefault(anchor, before + page)
        before += len(part.drawn.numbers)
    return pages


def _static_files() -> StaticFiles:
    """Collected ones in production, those of the sources otherwise."""
    collected = isinstance(staticfiles_storage, ManifestFilesMixin)
    folders = [settings.STATIC_ROOT] if collected else settings.STATICFILES_DIRS
    return StaticFiles(static(""), tuple(map(Path, folders)))


def _fingerprint(files: StaticFiles) -> str:
    """Of all that draws a chapter beside its own page: libraries, fonts, style sheets, images."""
    facts = [f"{library} {version(library)}" for library in LIBRARIES]
    for folder in files.folders:
        for file in sorted(folder.rglob("*.*")):
            facts.append(f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}")
    for folder in FONT_FOLDERS:
        for path, _, _ in os.walk(folder):
            facts.append(f"{path} {os.stat(path).st_mtime_ns}")
    return sha256("\n".join(facts).encode()).hexdigest()
