"""What a file says of itself: title, author, dates, and the standards it keeps to."""

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from pikepdf import Pdf, String
from pikepdf.models.metadata import PdfMetadata, encode_pdf_date

PdfMetadata.register_xml_namespace("http://www.aiim.org/pdfua/ns/id/", "pdfuaid")
PRODUCER = f"WeasyPrint {version('weasyprint')}, pikepdf {version('pikepdf')}"


@dataclass(frozen=True)
class About:
    title: str
    author: str
    subject: str
    keywords: str
    created: datetime

    def describe(self, pdf: Pdf) -> None:
        """The same words in both places that PDF has for them."""
        pdf.docinfo["/Title"] = String(self.title)
        pdf.docinfo["/Author"] = String(self.author)
        pdf.docinfo["/Subject"] = String(self.subject)
        pdf.docinfo["/Keywords"] = String(self.keywords)
        pdf.docinfo["/Producer"] = String(PRODUCER)
        pdf.docinfo["/CreationDate"] = String(encode_pdf_date(self.created))
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata["dc:title"] = self.title
            metadata["dc:creator"] = [self.author]
            metadata["dc:description"] = self.subject
            metadata["dc:language"] = {"fr"}
            metadata["pdf:Keywords"] = self.keywords
            metadata["pdf:Producer"] = PRODUCER
            metadata["xmp:CreateDate"] = self.created.isoformat(timespec="seconds")
            metadata["pdfuaid:part"] = "1"
