"""Chapters as one file: pages, fonts, structure tree, destinations, outline, page numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, String

from ctg.pdf.about import About
from ctg.pdf.archive import Attachment, archive
from ctg.pdf.drawn import Bookmark, Drawn, Place
from ctg.pdf.fonts import SharedFont
from ctg.pdf.store import Store

COMPACT = pikepdf.ObjectStreamMode.generate
ARCHIVED = pikepdf.ObjectStreamMode.disable  # what validators of PDF/A read without a doubt
NUMBER_FONT = "Inter-Semi-Bold"


@dataclass(frozen=True)
class Part:
    """A chapter as it was drawn."""

    drawn: Drawn
    pdf: bytes

    @classmethod
    def stored(cls, store: Store, key: str) -> "Part | None":
        """None when the store does not have it whole, its fonts included."""
        content = store.read(key)
        if content is None:
            return None
        facts, pdf = content.split(b"\n", 1)
        drawn = Drawn.from_json(facts)
        if all(store.has(face.file) for face in drawn.faces.values()):
            return cls(drawn, pdf)
        return None


class Joined:
    """The file being made, chapter after chapter."""

    def __init__(self, store: Store) -> None:
        self.pdf = Pdf.new()
        self.store = store
        self.fonts: dict[tuple[str, str], SharedFont] = {}
        self.parents = Array()
        self.root = self.pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.document = self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Document, P=self.root, K=Array())
        )
        self.destinations: dict[str, Array] = {}
        self.bookmarks: list[tuple[Bookmark, Array]] = []
        self.numbers: list[Place | None] = []

    def add(self, part: Part) -> None:
        first = len(self.pdf.pages)
        with Pdf.open(BytesIO(part.pdf)) as source:
            for drawn in source.pages:
                self.pdf.pages.append(drawn)
            tree = self.pdf.copy_foreign(source.Root.StructTreeRoot)
        pages = list(self.pdf.pages)[first:]
        self._share_fonts(part.drawn, pages[0].Resources)
        self._graft(tree, pages)
        self.numbers += part.drawn.numbers
        for name, (page, x, y) in part.drawn.anchors.items():
            self.destinations.setdefault(name, _destination(pages[page], x, y))
        for bookmark in part.drawn.bookmarks:
            where = _destination(pages[bookmark.page], bookmark.x, bookmark.y)
            self.bookmarks.append((bookmark, where))

    def _share_fonts(self, drawn: Drawn, resources: pikepdf.Object) -> None:
        """All the pages of a chapter have the same resources."""
        for name, face in drawn.faces.items():
            key = name, face.file
            if key not in self.fonts:
                self.fonts[key] = SharedFont(face, self.store)
            self.fonts[key].use(face.glyphs)
            resources.Font[f"/{name}"] = self.fonts[key].adopt(resources.Font[f"/{name}"])

    def _graft(self, tree: pikepdf.Object, pages: list[pikepdf.Page]) -> None:
        """The chapter’s own tree stays whole under the one document; its keys are shifted."""
        shift = len(self.parents) // 2
        numbers = tree.ParentTree.Nums
        for key, value in zip(numbers[::2], numbers[1::2], strict=True):
            self.parents.append(int(key) + shift)
            self.parents.append(value)
        for page in pages:
            page.StructParents = int(page.StructParents) + shift
            for annotation in page.get("/Annots", ()):
                if "/StructParent" in annotation:
                    annotation.StructParent = int(annotation.StructParent) + shift
        for chapter in tree.K:
            chapter.S, chapter.P = Name.Part, self.document
            self.document.K.append(chapter)

    def finish(self, about: About, attachments: list[Attachment] | None) -> bytes:
        self._number()
        for font in self.fonts.values():
            font.embed(self.pdf)
        self._outline()
        self.root.K = Array([self.document])
        self.root.ParentTree = self.pdf.make_indirect(Dictionary(Nums=self.parents))
        root = self.pdf.Root
        root.StructTreeRoot = self.root
        root.MarkInfo = Dictionary(Marked=True)
        root.Lang = String("fr")
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        root.Names = Dictionary(Dests=self.pdf.make_indirect(self._named_destinations()))
        archived = attachments is not None
        about.describe(self.pdf, archived=archived)
        if attachments is not None:
            archive(self.pdf, attachments, about.created)
        output = BytesIO()
        self.pdf.save(
            output,
            min_version="1.7",
            deterministic_id=True,
            object_stream_mode=ARCHIVED if archived else COMPACT,
            compress_streams=True,
        )
        return output.getvalue()

    def _named_destinations(self) -> Dictionary:
        """Sorted as bytes, as readers look them up."""
        names = Array()
        for name in sorted(self.destinations, key=str.encode):
            names.append(String(name))
            names.append(self.destinations[name])
        return Dictionary(Names=names)

    def _number(self) -> None:
        """« 12 / 80 » on the pages that keep a place for it; no content, so an artifact."""
        font = next((font for font in self.fonts.values() if font.is_called(NUMBER_FONT)), None)
        if font is None:
            return
        total = len(self.pdf.pages)
        begin = self.pdf.make_stream(b"q")
        for number, (page, place) in enumerate(zip(self.pdf.pages, self.numbers, strict=True), 1):
            if place is None:
                continue
            glyphs, width = font.shape(f"{number} / {total}")
            colour = " ".join(f"{part:g}" for part in place.colour)
            end = (
                "Q q /Artifact <</Type /Pagination /Subtype /Footer>> BDC BT "
                f"/Number {place.size:g} Tf {colour} rg "
                f"{place.x - width * place.size:.3f} {place.y:.3f} Td <{glyphs}> Tj ET EMC Q"
            )
            page.Resources.Font.Number = font.dictionary
            page.Contents = Array([begin, page.Contents, self.pdf.make_stream(end.encode())])

    def _outline(self) -> None:
        with self.pdf.open_outline() as outline:
            above: list[tuple[int, list[OutlineItem]]] = [(0, outline.root)]
            for bookmark, where in self.bookmarks:
                while above[-1][0] >= bookmark.level:
                    above.pop()
                item = OutlineItem(bookmark.label, where)
                above[-1][1].append(item)
                above.append((bookmark.level, item.children))


def _destination(page: pikepdf.Page, x: float, y: float) -> Array:
    return Array([page.obj, Name.XYZ, x, y, 0])


def join(
    parts: Iterable[Part], about: About, store: Store, attachments: list[Attachment] | None = None
) -> bytes:
    """With attachments, even none, the file is also one for the archives (PDF/A-3)."""
    joined = Joined(store)
    for part in parts:
        joined.add(part)
    return joined.finish(about, attachments)
