"""A folder of parts already drawn: whole or absent, the least used removed first."""

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

LARGEST = 200 * 2**20
SEAL = 32  # bytes of SHA-256 before each content: a file cut short is no content


@dataclass(frozen=True)
class Store:
    folder: Path

    def read(self, name: str) -> bytes | None:
        """None when absent or damaged. Reading is using: it becomes the last to be removed."""
        try:
            stored = (self.folder / name).read_bytes()
            os.utime(self.folder / name)
        except FileNotFoundError:
            return None
        seal, content = stored[:SEAL], stored[SEAL:]
        return content if sha256(content).digest() == seal else None

    def has(self, name: str) -> bool:
        return (self.folder / name).exists()

    def write(self, name: str, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self.folder, prefix="new-", delete=False) as file:
            try:
                file.write(sha256(content).digest() + content)
                file.close()
                os.replace(file.name, self.folder / name)
            except BaseException:
                file.close()
                os.unlink(file.name)
                raise

    def write_once(self, name: str, content: bytes) -> None:
        if not self.has(name):
            self.write(name, content)

    def prune(self, largest: int = LARGEST) -> None:
        """Keep the most recently used, up to so many bytes."""
        used = 0
        for _, size, path in sorted(self._files(), reverse=True):
            used += size
            if used > largest:
                path.unlink(missing_ok=True)

    def _files(self) -> list[tuple[float, int, Path]]:
        found = []
        for entry in os.scandir(self.folder) if self.folder.exists() else ():
            try:
                facts = entry.stat()
            except FileNotFoundError:  # another process removed it
                continue
            found.append((facts.st_mtime, facts.st_size, Path(entry.path)))
        return found
