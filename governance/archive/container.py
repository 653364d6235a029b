"""The ZIP itself, as it is written: each file counted and hashed on its way."""

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

APPLICATION = "ctg"
FORMAT = 1
MANIFEST = "manifest.json"
BLOCK = 1 << 20


class Counted(io.RawIOBase):
    """Passes on what is written to it, and keeps its size and SHA-256."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target = target
        self.size = 0
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, block: Any) -> int:
        self.target.write(block)
        self.digest.update(block)
        self.size += len(block)
        return len(block)


class Container:
    """``missing``: the files that should be here and could not be read or made, in words."""

    def __init__(self, target: IO[bytes]) -> None:
        self.zip = ZipFile(target, "w", ZIP_DEFLATED)
        self.files: dict[str, dict[str, Any]] = {}
        self.missing: list[str] = []

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        with self.zip.open(name, "w", force_zip64=True) as member:
            counted = Counted(member)
            yield io.BufferedWriter(counted, BLOCK)
        self.files[name] = {"bytes": counted.size, "sha256": counted.digest.hexdigest()}

    def add(self, name: str, content: str | bytes) -> None:
        with self.open(name) as target:
            target.write(content.encode() if isinstance(content, str) else content)
            target.flush()

    def copy(self, name: str, source: IO[bytes]) -> None:
        with self.open(name) as target:
            while block := source.read(BLOCK):
                target.write(block)
            target.flush()

    def __enter__(self) -> "Container":
        return self

    def __exit__(self, *error: object) -> None:
        self.zip.close()

    def finish(self, about: dict[str, Any]) -> dict[str, Any]:
        """The manifest comes last: it names every other file."""
        manifest = {"format": FORMAT, **about, "missing": self.missing, "files": self.files}
        self.zip.writestr(MANIFEST, as_json(manifest))
        return manifest


def as_json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1)
