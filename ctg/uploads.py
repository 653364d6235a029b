"""Which files people may hand in: by what they are, not only by what they are called."""

from pathlib import PurePath
from typing import Any

import filetype
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat

LARGEST = 20 * 1024 * 1024  # bytes
# Office files are ZIP archives: some are recognised as such only.
ADMITTED = {
    "pdf": {"pdf"},
    "docx": {"docx", "zip"},
    "xlsx": {"xlsx", "zip"},
    "pptx": {"pptx", "zip"},
    "odt": {"odt", "zip"},
    "ods": {"ods", "zip"},
    "odp": {"odp", "zip"},
    "png": {"png"},
    "jpg": {"jpg"},
    "jpeg": {"jpg"},
}


def check_upload(file: Any) -> None:
    """ValidationError, in words, for what is too large, of another format, or in disguise."""
    if getattr(file, "_committed", False):
        return  # checked when it was handed in, and kept since
    extension = PurePath(file.name).suffix.lower().lstrip(".")
    if extension not in ADMITTED:
        raise ValidationError(
            f"Ce format n’est pas admis. Formats possibles : {', '.join(ADMITTED)}."
        )
    if file.size > LARGEST:
        raise ValidationError(
            f"Ce fichier pèse {filesizeformat(file.size)} ; la limite est de "
            f"{filesizeformat(LARGEST)}."
        )
    file.seek(0)
    found = filetype.guess_extension(file.read(8192))
    file.seek(0)
    if found not in ADMITTED[extension]:
        raise ValidationError(f"Le contenu de ce fichier n’est pas celui d’un .{extension}.")
