"""What a file says of itself: title, author, dates, and the standards it keeps to."""

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from pikepdf import Pdf, String
from pikepdf.models.metadata import PdfMetadata, encode_pdf_date

PdfMetadata.register_xml_namespace("http://www.aiim.org/pdfua/ns/id/", "pdfuaid")
PRODUCER = f"WeasyPrint {version('weasyprint')}, pikepdf {version('pikepdf')}"


# PDF/A wants every property declared that it does not know, such as that of PDF/UA.
UA_SCHEMA = b"""\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
 <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
  <pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
  <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
  <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
  <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
   <pdfaProperty:name>part</pdfaProperty:name>
   <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
   <pdfaProperty:category>internal</pdfaProperty:category>
   <pdfaProperty:description>Part of the PDF/UA standard</pdfaProperty:description>
  </rdf:li></rdf:Seq></pdfaSchema:property>
 </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


@dataclass(frozen=True)
class About:
    title: str
    author: str
    subject: str
    keywords: str
    created: datetime

    def describe(self, pdf: Pdf, *, archived: bool = False) -> None:
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
            if archived:
                metadata["pdfaid:part"] = "3"
                metadata["pdfaid:conformance"] = "A"
        if archived:
            declared = pdf.Root.Metadata.read_bytes().replace(
                b"</rdf:RDF>", UA_SCHEMA + b"</rdf:RDF>"
            )
            pdf.Root.Metadata.write(declared)
