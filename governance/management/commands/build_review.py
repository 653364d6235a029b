from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string

from ctg.convention.models import Convention
from ctg.pdf import PdfUnavailable
from governance.reviews.build import build_review
from governance.reviews.data import ReviewData
from governance.reviews.render import print_context, render_review


class Command(BaseCommand):
    help = "Écrit le bilan annuel en PDF, le même que celui de la page."

    def add_arguments(self, parser):
        parser.add_argument("year", type=int, metavar="ANNÉE")
        parser.add_argument("--convention", required=True, metavar="ADRESSE")
        parser.add_argument("--output", required=True, type=Path, metavar="FICHIER")
        parser.add_argument(
            "--html", action="store_true", help="écrire la page à imprimer plutôt que le PDF"
        )

    def handle(self, *, year, convention, output, html, **options):
        found = Convention.objects.select_related("epci", "caf").filter(slug=convention).first()
        if not found:
            raise CommandError(f"Aucune convention n’a l’adresse « {convention} ».")
        if year not in found.years:
            raise CommandError(f"{year} est hors de la convention ({found.period_label}).")
        try:
            output.write_bytes(make(found, year, html=html))
        except PdfUnavailable as lack:
            raise CommandError(str(lack)) from lack
        except OSError as error:
            raise CommandError(f"Impossible d’écrire {output} : {error.strerror}.") from error
        self.stdout.write(f"Bilan {year} de {found.short_name} : {output}")


def make(convention: Convention, year: int, *, html: bool) -> bytes:
    """What is published, as it is stored; otherwise the draft of now."""
    editions = convention.annual_reviews.filter(year=year).published()
    review = editions.order_by("-edition").first()
    if review and not html:
        with review.file.open("rb") as stored:
            return stored.read()
    data = ReviewData.from_json(review.data) if review else build_review(convention, year)
    if html:
        page = render_to_string("reviews/review_print.html", print_context(data, draft=not review))
        return page.encode()
    return render_review(data, draft=True)
