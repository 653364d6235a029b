"""OpenDocument sheets, written straight as XML: the libraries there are hold them whole."""

from collections.abc import Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from io import TextIOWrapper
from typing import IO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from ctg.spreadsheets.tables import Column, Kind, Sheet, Value, harmless

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
NAMESPACES = {
    f"xmlns:{prefix}": f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
    for prefix, name in {
        "office": "office",
        "style": "style",
        "text": "text",
        "table": "table",
        "fo": "xsl-fo-compatible",
        "number": "datastyle",
        "config": "config",
    }.items()
}
MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" m:version="1.3">
<m:file-entry m:full-path="/" m:media-type="{MEDIA_TYPE}"/>
<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/>
<m:file-entry m:full-path="settings.xml" m:media-type="text/xml"/>
</m:manifest>"""
STYLES = """
<number:date-style style:name="d"><number:day number:style="long"/><number:text>/</number:text>
<number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/>
</number:date-style>
<number:number-style style:name="m"><number:number number:decimal-places="2"
 number:min-decimal-places="2" number:min-integer-digits="1" number:grouping="true"/>
<number:text> €</number:text></number:number-style>
<style:style style:name="head" style:family="table-cell"><style:table-cell-properties
 fo:background-color="#1f3a5f" fo:wrap-option="wrap"/><style:text-properties
 fo:font-weight="bold" fo:color="#ffffff"/></style:style>
"""
DATA_STYLES = {Kind.DATE: "d", Kind.MOMENT: "d", Kind.MONEY: "m"}


def write_ods(target: IO[bytes], *sheets: Sheet) -> None:
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", MEDIA_TYPE, ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        with _part(archive, "settings.xml") as part:
            _Xml(part).settings(sheets)
        with _part(archive, "content.xml") as part:
            _Xml(part).content(sheets)


def _part(archive: ZipFile, name: str) -> TextIOWrapper:
    """Gathers what is written: compressed tag by tag, a sheet takes twice the time."""
    return TextIOWrapper(archive.open(name, "w"), "utf-8", "xmlcharrefreplace", newline="\n")


class _Xml(XMLGenerator):
    def __init__(self, part: TextIOWrapper) -> None:
        super().__init__(part, "utf-8", short_empty_elements=True)
        self.startDocument()

    @contextmanager
    def inside(self, name: str, attributes: dict[str, str] | None = None):
        self.startElement(name, AttributesImpl(attributes or {}))
        yield
        self.endElement(name)

    def content(self, sheets: Sequence[Sheet]) -> None:
        with self.inside("office:document-content", NAMESPACES | {"office:version": "1.3"}):
            with self.inside("office:automatic-styles"):
                self.ignorableWhitespace(STYLES)
                for kind in Kind:
                    self.cell_style(kind)
                for width in sorted({c.width for sheet in sheets for c in sheet.columns}):
                    self.width_style(width)
            with self.inside("office:body"), self.inside("office:spreadsheet"):
                ranges = [self.table(sheet) for sheet in sheets]
                with self.inside("table:database-ranges"):
                    for number, target in enumerate(ranges):
                        self.filters(f"plage{number}", target)

    def cell_style(self, kind: Kind) -> None:
        data = {"style:data-style-name": DATA_STYLES[kind]} if kind in DATA_STYLES else {}
        style = {"style:name": kind.value, "style:family": "table-cell"} | data
        top = {"style:vertical-align": "top", "fo:wrap-option": "wrap"}
        with self.inside("style:style", style):
            with self.inside("style:table-cell-properties", top):
                pass

    def width_style(self, width: int) -> None:
        style = {"style:name": f"w{width}", "style:family": "table-column"}
        size = {"style:column-width": f"{width * 0.2:.1f}cm"}
        with self.inside("style:style", style):
            with self.inside("style:table-column-properties", size):
                pass

    def table(self, sheet: Sheet) -> str:
        """Write it; its range, for the filters."""
        name = sheet.title.replace("'", "’")
        with self.inside("table:table", {"table:name": name}):
            for column in sheet.columns:
                style = {"table:style-name": f"w{column.width}"}
                hidden = {"table:visibility": "collapse"} if column.hidden else {}
                with self.inside("table:table-column", style | hidden):
                    pass
            with self.inside("table:table-header-rows"), self.inside("table:table-row"):
                for column in sheet.columns:
                    self.cell(column.label, "head")
            last = 1
            for line in sheet.lines():
                last += 1
                self.row(line, sheet.columns)
        return f"'{name}'.A1:'{name}'.{_letters(len(sheet.columns))}{last}"

    def row(self, line: Sequence[Value], columns: Sequence[Column]) -> None:
        with self.inside("table:table-row"):
            for value, column in zip(line, columns, strict=True):
                self.cell(value, column.kind.value)

    def cell(self, value: Value, style: str) -> None:
        attributes = {"table:style-name": style} | _typed(value)
        with self.inside("table:table-cell", attributes):
            if isinstance(value, str):
                for paragraph in harmless(value).split("\n") if value else ():
                    with self.inside("text:p"):
                        self.characters(paragraph)

    def filters(self, name: str, target: str) -> None:
        attributes = {
            "table:name": name,
            "table:target-range-address": target,
            "table:display-filter-buttons": "true",
        }
        with self.inside("table:database-range", attributes):
            pass

    def settings(self, sheets: Sequence[Sheet]) -> None:
        """The header stays in sight."""
        with (
            self.inside("office:document-settings", NAMESPACES | {"office:version": "1.3"}),
            self.inside("office:settings"),
            self.inside("config:config-item-set", {"config:name": "ooo:view-settings"}),
            self.inside("config:config-item-map-indexed", {"config:name": "Views"}),
            self.inside("config:config-item-map-entry"),
        ):
            self.item("ViewId", "string", "view1")
            with self.inside("config:config-item-map-named", {"config:name": "Tables"}):
                for sheet in sheets:
                    entry = {"config:name": sheet.title.replace("'", "’")}
                    with self.inside("config:config-item-map-entry", entry):
                        for name, value in FROZEN.items():
                            self.item(name, "int", value)

    def item(self, name: str, kind: str, value: str) -> None:
        with self.inside("config:config-item", {"config:name": name, "config:type": kind}):
            self.characters(value)


FROZEN = {
    "VerticalSplitMode": "2",
    "VerticalSplitPosition": "1",
    "ActiveSplitRange": "2",
    "PositionTop": "0",
    "PositionBottom": "1",
}


def _typed(value: Value) -> dict[str, str]:
    match value:
        case None | "":
            return {}
        case str():
            return {"office:value-type": "string"}
        case datetime():
            return {"office:value-type": "date", "office:date-value": f"{value:%Y-%m-%dT%H:%M:%S}"}
        case date():
            return {"office:value-type": "date", "office:date-value": value.isoformat()}
    written = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return {"office:value-type": "float", "office:value": written}


def _letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
