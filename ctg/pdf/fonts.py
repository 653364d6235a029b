"""Each font of the document embedded once, with the glyphs of all its chapters."""

from collections.abc import Iterable
from itertools import groupby

import pikepdf
import uharfbuzz
from pikepdf import Array, Name, Pdf, Stream

from ctg.pdf import PdfUnavailable
from ctg.pdf.drawn import Face
from ctg.pdf.store import Store

DROPPED = ("BASE", "DSIG", "EBDT", "EBLC", "EBSC", "GPOS", "GSUB", "JSTF", "LTSH", "PCLT", "SVG ")
HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
"""
TAIL = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
Glyphs = dict[int, tuple[str, float]]


class PartLost(PdfUnavailable):
    """Something that was just put in the store is not there any more."""

    def __init__(self) -> None:
        super().__init__("Le PDF n’a pas pu être produit : un chapitre a disparu. Recommencez.")


class SharedFont:
    """One file of a font, and what the chapters use of it."""

    def __init__(self, face: Face, store: Store) -> None:
        content = store.read(face.file)
        if content is None:
            raise PartLost
        self.face = uharfbuzz.Face(content, face.index)
        self.glyphs: Glyphs = {}
        self.dictionary: pikepdf.Object | None = None

    def use(self, glyphs: Glyphs) -> None:
        for glyph, used in glyphs.items():
            self.glyphs.setdefault(glyph, used)

    def shape(self, text: str) -> tuple[str, float]:
        """The glyphs of the text in hexadecimal, figures of equal width, and the width in ems."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(uharfbuzz.Font(self.face), buffer, {"tnum": True, "kern": False})
        thousandths = [
            1000 * position.x_advance / self.face.upem for position in buffer.glyph_positions
        ]
        for info, width in zip(buffer.glyph_infos, thousandths, strict=True):
            self.use({info.codepoint: (text[info.cluster], width)})
        shaped = "".join(f"{info.codepoint:04x}" for info in buffer.glyph_infos)
        return shaped, sum(thousandths) / 1000

    def is_called(self, name: str) -> bool:
        return self.dictionary is not None and str(self.dictionary.BaseFont).endswith(f"+{name}")

    def adopt(self, dictionary: pikepdf.Object) -> pikepdf.Object:
        """The dictionary of the first chapter stands for all."""
        if self.dictionary is None:
            self.dictionary = dictionary
        return self.dictionary

    def embed(self, pdf: Pdf) -> None:
        if self.dictionary is None:
            return
        descendant = self.dictionary.DescendantFonts[0]
        descriptor = descendant.FontDescriptor
        key = Name.FontFile3 if Name.FontFile3 in descriptor else Name.FontFile2
        content = self._subset()
        descriptor[key] = Stream(pdf, content)
        if key == Name.FontFile3:
            descriptor[key].Subtype = Name.OpenType
        else:
            descriptor[key].Length1 = len(content)
        widest = max(width for _, width in self.glyphs.values())
        descriptor.FontBBox = Array([0, descriptor.Descent, round(widest), descriptor.Ascent])
        descendant.W = _widths(self.glyphs)
        self.dictionary.ToUnicode = Stream(pdf, _to_unicode(self.glyphs).encode())

    def _subset(self) -> bytes:
        """In two steps: the glyphs keep their numbers, then what follows the last one goes."""
        last = max(self.glyphs)
        kept = uharfbuzz.subset(self.face, _asked(self.glyphs, uharfbuzz.SubsetFlags.RETAIN_GIDS))
        return uharfbuzz.subset(kept, _asked(range(last + 1))).blob.data


def _asked(
    glyphs: Iterable[int], flags: uharfbuzz.SubsetFlags = uharfbuzz.SubsetFlags.DEFAULT
) -> uharfbuzz.SubsetInput:
    asked = uharfbuzz.SubsetInput()
    asked.sets(uharfbuzz.SubsetInputSets.GLYPH_INDEX).set(set(glyphs))
    asked.sets(uharfbuzz.SubsetInputSets.DROP_TABLE_TAG).update(
        int.from_bytes(table.encode()) for table in DROPPED
    )
    asked.flags = flags | uharfbuzz.SubsetFlags.DESUBROUTINIZE | uharfbuzz.SubsetFlags.NO_HINTING
    return asked


def _widths(glyphs: Glyphs) -> Array:
    """Runs of glyphs that follow each other: [first [width …] …]."""
    widths = Array()
    ranked = enumerate(sorted(glyphs))
    for _, run in groupby(ranked, key=lambda pair: pair[1] - pair[0]):
        numbers = [glyph for _, glyph in run]
        widths.append(numbers[0])
        widths.append(Array([round(glyphs[glyph][1]) for glyph in numbers]))
    return widths


def _to_unicode(glyphs: Glyphs) -> str:
    lines = [
        f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>"
        for glyph, (text, _) in sorted(glyphs.items())
    ]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    return (
        HEAD
        + "".join(
            f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks
        )
        + TAIL
    )
