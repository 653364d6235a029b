"""HTML templates as accessible PDF (PDF/UA-1): local files only, same content, same bytes."""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from unicodedata import category
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.templatetags.static import static

FONT = "Inter"
UNKNOWN = "\ufffd"
# Controls, byte order marks, non-characters: nothing on paper, and PDF/UA forbids them.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufdd0-\ufdef\ufffe\uffff]")


class PdfUnavailable(Exception):
    """The server lacks a library or the font; the message says what to install."""


class PdfForbidden(Exception):
    """The page asked for something outside the static files."""


def render_pdf(template: str, context: dict[str, Any]) -> bytes:
    """The template extends print.html, which carries the language, the title and the dates.

    Raises PdfUnavailable or PdfForbidden. A character that no font of the server can draw is
    replaced by « � »: it would otherwise break the accessibility of the whole file.
    """
    weasyprint = _weasyprint()
    html = UNPRINTABLE.sub("", render_to_string(template, context))
    pdf, undrawn = _draw(weasyprint, html)
    if undrawn:
        pdf, _ = _draw(weasyprint, html.translate(undrawn))
    return pdf


def _weasyprint() -> ModuleType:
    """Loaded at the first PDF: it takes time, and the site must start without its libraries."""
    try:
        return import_module("weasyprint")
    except OSError as error:
        raise PdfUnavailable(
            "Le PDF ne peut pas être produit : une bibliothèque du système manque. Installez "
            "libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0 et fonts-inter."
        ) from error


def _draw(weasyprint: ModuleType, html: str) -> tuple[bytes, dict[int, str]]:
    """The PDF, and what to write instead of the characters that no font could draw."""
    source = weasyprint.HTML(string=html, base_url="file:///", url_fetcher=_fetcher(weasyprint))
    try:
        with _nothing_collected():
            document = source.render(pdf_variant="pdf/ua-1")
            pdf = document.write_pdf(pdf_variant="pdf/ua-1")
    except weasyprint.urls.FatalURLFetchingError as error:
        raise PdfForbidden(str(error.__cause__ or error)) from error
    fonts = document.fonts.values()
    if not any(font.family.startswith(FONT) for font in fonts):
        raise PdfUnavailable(
            f"Le PDF ne peut pas être produit : la police {FONT} manque. Installez fonts-inter."
        )
    missing = {code for font in fonts for code in font.missing}
    invisible = {code for code in missing if category(chr(code)).startswith(("C", "Z", "M"))}
    return pdf, {code: "" if code in invisible else UNKNOWN for code in missing}


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


def _fetcher(weasyprint: ModuleType) -> Any:
    class LocalFiles(weasyprint.urls.URLFetcher):  # type: ignore[name-defined]
        """data: and the static files, by the address {% static %} gives them; nothing else."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if not url.startswith("data:"):
                url = static_file(url).as_uri()
            return super().fetch(url, headers)

    return LocalFiles(fail_on_errors=True, allow_redirects=False)


def static_file(url: str) -> Path:
    """Raises PdfForbidden, or SuspiciousFileOperation when the address climbs out of the folder."""
    parts = urlsplit(url)
    prefix = static("")
    path = unquote(parts.path)
    if parts.scheme != "file" or parts.netloc or not path.startswith(prefix):
        raise PdfForbidden(f"Un PDF ne va pas chercher {url}.")
    name = path.removeprefix(prefix)
    return Path(finders.find(name) or staticfiles_storage.path(name))
