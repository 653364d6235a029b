"""The only files a PDF may reach."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ctg.pdf import PdfForbidden


@dataclass(frozen=True)
class StaticFiles:
    """Where the addresses that {% static %} gives are found on disk."""

    prefix: str
    folders: tuple[Path, ...]

    def find(self, url: str) -> Path:
        """PdfForbidden for anything else."""
        parts = urlsplit(url)
        path = unquote(parts.path)
        if parts.scheme == "file" and not parts.netloc and path.startswith(self.prefix):
            for folder in self.folders:
                found = (folder / path.removeprefix(self.prefix)).resolve()
                if found.is_relative_to(folder.resolve()) and found.is_file():
                    return found
        raise PdfForbidden(f"Un PDF ne va pas chercher {url}.")
