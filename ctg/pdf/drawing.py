"""One chapter, from HTML to pages. Runs in a process of its own, without Django.

The fonts are named in the chapter, not embedded: ``joining`` embeds them once for all chapters.
"""

import gc
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from unicodedata import category

from ctg.pdf import PdfForbidden, PdfInvalid, PdfUnavailable
from ctg.pdf.drawn import Bookmark, Drawn, Face, Place
from ctg.pdf.static_files import StaticFiles
from ctg.pdf.store import Store

FONT = "Inter"
UNKNOWN = "\ufffd"
# Controls, byte order marks, non-characters: nothing on paper, and PDF/UA forbids them.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufdd0-\ufdef\ufffe\uffff]")
STYLESHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
POINTS = 0.75  # a CSS pixel
ELSEWHERE = "chapter:#"  # the address of an anchor that another chapter holds


@cache
def weasyprint() -> ModuleType:
    """Loaded at the first PDF: it takes time, and the site must start without its libraries."""
    try:
        return import_module("weasyprint")
    except OSError as error:
        raise PdfUnavailable(
            "Le PDF ne peut pas être produit : une bibliothèque du système manque. Installez "
            "libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0 et fonts-inter."
        ) from error


def draw(html: str, key: str, files: StaticFiles, store: Store) -> None:
    """Put the chapter in the store under ``key``.

    Raises PdfUnavailable, PdfForbidden, PdfInvalid, or OSError when the disk is full. A character
    that no font of the server can draw is replaced by « � »: it would otherwise break the
    accessibility of the whole file.
    """
    html = UNPRINTABLE.sub("", html)
    drawn, pdf, undrawn = _draw(html, key, files, store)
    if undrawn:
        drawn, pdf, _ = _draw(html.translate(undrawn), key, files, store)
    store.write(key, drawn.to_json() + b"\n" + pdf)


def _draw(
    html: str, key: str, files: StaticFiles, store: Store
) -> tuple[Drawn, bytes, dict[int, str]]:
    """The chapter, and what to write instead of the characters that no font could draw."""
    fetcher = _fetcher(files)
    try:
        with _nothing_collected(), _nothing_wrong():
            sheets = [_stylesheet(files.find(f"file://{url}")) for url in STYLESHEET.findall(html)]
            source = weasyprint().HTML(
                string=STYLESHEET.sub("", html), base_url="file:///", url_fetcher=fetcher
            )
            document = source.render(
                pdf_variant="pdf/ua-1", stylesheets=sheets, font_config=_font_configuration()
            )
            document.fonts = _Fonts(store)
            pdf = document.write_pdf(
                pdf_variant="pdf/ua-1", finisher=lambda _, pdf: _finish(pdf, key)
            )
    except weasyprint().urls.FatalURLFetchingError as error:
        raise PdfForbidden(str(error.__cause__ or error)) from error
    fonts = document.fonts.values()
    if not any(font.family.startswith(FONT) for font in fonts):
        raise PdfUnavailable(
            f"Le PDF ne peut pas être produit : la police {FONT} manque. Installez fonts-inter."
        )
    missing = {code for font in fonts for code in font.missing}
    invisible = {code for code in missing if category(chr(code)).startswith(("C", "Z", "M"))}
    undrawn = {code: "" if code in invisible else UNKNOWN for code in missing}
    return _drawn(document), pdf, undrawn


def _stylesheet(file: Path) -> Any:
    return _parsed(file, file.stat().st_mtime_ns)


@cache
def _parsed(file: Path, changed: int) -> Any:
    """Read once in the life of the process: parsing costs as much as drawing a page."""
    return weasyprint().CSS(filename=str(file), url_fetcher=None)


@cache
def _font_configuration() -> Any:
    return import_module("weasyprint.text.fonts").FontConfiguration()


class _Fonts(dict[str, Any]):
    """The fonts of a chapter as they are met, kept in the store instead of the chapter."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store

    def __setitem__(self, key: str, font: Any) -> None:
        super().__setitem__(key, font)
        if not (font.bitmap or font.png or font.svg or font.colr or "fvar" in font.tables):
            font.clean = _Named(font, self.store)


class _Named:
    """Instead of WeasyPrint’s subset: the name of the whole file, for ``joining`` to find it."""

    def __init__(self, font: Any, store: Store) -> None:
        self.font, self.store = font, store

    def __call__(self, to_unicode: dict[int, str], hinting: bool) -> None:
        content = self.font.file_content
        if self.font.missing:
            type(self.font).clean(self.font, to_unicode, hinting)
        else:
            self.font.file = f"font-{sha256(content).hexdigest()}"
            self.store.write_once(self.font.file, content)
            self.font.file_content = content[:4] + self.font.file.encode()


def _finish(pdf: Any, key: str) -> None:
    """Make of this chapter something that can stand beside others."""
    for whole in ("Names", "Outlines"):  # joining makes those of the document
        pdf.catalog.pop(whole, None)
    for item in pdf.objects:
        if not isinstance(item, dict):
            continue
        if "ID" in item:
            item["ID"] = _own(item["ID"], key)
        if "Headers" in item.get("A", ()):
            item["A"]["Headers"][:] = [_own(header, key) for header in item["A"]["Headers"]]
        if item.get("Subtype") == "/Link":
            item["F"] = 4  # printed with the page, as archives ask
            _link(item)


def _own(name: Any, key: str) -> Any:
    """The identifiers of table headers must differ from one chapter to the next."""
    return type(name)(f"{key[:12]}-{name.string}")


def _link(annotation: Any) -> None:
    target = annotation["A"]["URI"].string if "A" in annotation else ""
    if target.startswith(ELSEWHERE):
        del annotation["A"]
        annotation["Dest"] = type(annotation["Contents"])(target.removeprefix(ELSEWHERE))
        annotation["Contents"] = annotation["Dest"]


def _drawn(document: Any) -> Drawn:
    anchors: dict[str, tuple[int, float, float]] = {}
    bookmarks = []
    for number, page in enumerate(document.pages):

        def place(point: tuple[float, float], page: Any = page) -> tuple[float, float]:
            return round(point[0] * POINTS, 3), round((page.height - point[1]) * POINTS, 3)

        for name, point in page.anchors.items():
            anchors.setdefault(name, (number, *place(point)))
        bookmarks += [
            Bookmark(level, label, number, *place(point))
            for level, label, point, _ in page.bookmarks
        ]
    return Drawn(
        numbers=[_number_place(page) for page in document.pages],
        anchors=anchors,
        bookmarks=bookmarks,
        faces={
            font.hash: Face(font.file, font.index, _used(font))
            for font in document.fonts.values()
            if hasattr(font, "file")
        },
    )


def _used(font: Any) -> dict[int, tuple[str, float]]:
    return {glyph: (text, font.widths[glyph]) for glyph, text in font.to_unicode.items()}


def _number_place(page: Any) -> Place | None:
    """In the bottom right margin box, when the page has one."""
    for box in page._page_box.children:
        if getattr(box, "at_keyword", "") == "@bottom-right":
            size = box.style["font_size"] * POINTS
            middle = box.content_box_y() + box.height / 2
            return Place(
                x=round((box.content_box_x() + box.width) * POINTS, 3),
                # Capitals and figures of Inter are .727 em high.
                y=round((page.height - middle) * POINTS - 0.3635 * size, 3),
                size=round(size, 3),
                colour=tuple(round(part, 4) for part in box.style["color"].to("srgb")[:3]),
            )
    return None


@contextmanager
def _nothing_wrong() -> Iterator[None]:
    """What WeasyPrint only reports, an image that is not one or a link to nowhere, is refused."""
    reports = _Reports(logging.ERROR)
    logger = logging.getLogger("weasyprint")
    logger.addHandler(reports)
    try:
        yield
    finally:
        logger.removeHandler(reports)
    if reports.messages:
        raise PdfInvalid("Le PDF serait faux : " + " ".join(reports.messages))


class _Reports(logging.Handler):
    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """All the boxes of a document live until its end: looking for garbage costs a fifth of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _fetcher(files: StaticFiles) -> Any:
    class LocalFiles(weasyprint().urls.URLFetcher):  # type: ignore[misc]
        """data: and the static files, by the address {% static %} gives them; nothing else."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if not url.startswith("data:"):
                url = files.find(url).as_uri()
            return super().fetch(url, headers)

    return LocalFiles(fail_on_errors=True, allow_redirects=False)
