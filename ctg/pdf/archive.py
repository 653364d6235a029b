"""What an archive asks more: colours that mean the same everywhere, data beside the pages."""

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from pikepdf import Array, AttachedFileSpec, Dictionary, Name, Pdf, Stream, String
from pikepdf.models.metadata import encode_pdf_date

PROFILE = "sRGB2014.icc"


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF, with the data that its pages show."""

    name: str
    description: str
    mime_type: str
    content: bytes


def archive(pdf: Pdf, attachments: list[Attachment], at: datetime) -> None:
    """PDF/A-3: the profile of the colours, the attachments and what they are to the pages."""
    profile = Stream(pdf, files("weasyprint.pdf").joinpath(PROFILE).read_bytes())
    profile.N = 3
    pdf.Root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFA1,
                OutputConditionIdentifier=String(PROFILE),
                Info=String(PROFILE),
                DestOutputProfile=profile,
            )
        ]
    )
    pdf.Root.AF = Array([_attach(pdf, attachment, at) for attachment in attachments])


def _attach(pdf: Pdf, attachment: Attachment, at: datetime) -> Dictionary:
    date = encode_pdf_date(at)
    spec = AttachedFileSpec(
        pdf,
        attachment.content,
        filename=attachment.name,
        description=attachment.description,
        mime_type=attachment.mime_type,
        creation_date=date,
        mod_date=date,
        relationship=Name.Data,
    )
    pdf.attachments[attachment.name] = spec
    return pdf.attachments[attachment.name].obj
