"""HTML templates as one accessible PDF: chapters drawn side by side, then joined.

``document`` is the door. Chapters are drawn by ``drawing`` in processes of their own (``workers``),
kept on disk (``store``), and become one file in ``joining``. Same content, same bytes.
"""


class PdfUnavailable(Exception):
    """The PDF cannot be made here; the message says what to install or to repair."""


class PdfInvalid(PdfUnavailable):
    """Something of the page could not be drawn as it is written."""


class PdfForbidden(Exception):
    """The page asked for something outside the static files."""


class PdfCancelled(Exception):
    """The person who asked for it changed her mind."""
