"""What is known of a chapter beside its pages. Points count from the bottom left of the page."""

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Face:
    """A font of a chapter: the file that draws it, and each glyph used with its text and width."""

    file: str
    index: int
    glyphs: dict[int, tuple[str, float]]


@dataclass(frozen=True)
class Place:
    """Where the page number goes, in points from the bottom left; ``x`` is its right end."""

    x: float
    y: float
    size: float
    colour: tuple[float, float, float]


@dataclass(frozen=True)
class Bookmark:
    level: int
    label: str
    page: int
    x: float
    y: float


@dataclass(frozen=True)
class Drawn:
    """What joining must know of a chapter beside its pages, which count from 0."""

    numbers: list[Place | None]
    anchors: dict[str, tuple[int, float, float]]
    bookmarks: list[Bookmark]
    faces: dict[str, Face]

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Drawn":
        stored = json.loads(text)
        return cls(
            numbers=[Place(**place) if place else None for place in stored["numbers"]],
            anchors={name: tuple(where) for name, where in stored["anchors"].items()},
            bookmarks=[Bookmark(**bookmark) for bookmark in stored["bookmarks"]],
            faces={
                name: Face(face["file"], face["index"], _glyphs(face["glyphs"]))
                for name, face in stored["faces"].items()
            },
        )


def _glyphs(stored: dict[str, list[Any]]) -> dict[int, tuple[str, float]]:
    return {int(glyph): (text, width) for glyph, (text, width) in stored.items()}
