from argparse import BooleanOptionalAction

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from actions.overlaps.services import look_for
from ctg.convention.models import Convention
from ctg.convention.rights import Role
from ctg.french import NBSP
from ctg.management.commands.load_sicoval import load_sicoval
from ctg.management.demo import (
    answers,
    cast,
    consolidation,
    door,
    elsewhere,
    evaluation,
    exchange,
    journal,
    money,
    plan,
    proposals,
    publication,
    steering,
    views,
)
from ctg.management.demo.cards import choose
from ctg.management.demo.story import LAST_YEAR, Story
from ctg.pdf import PdfUnavailable
from governance.public.services import show_review
from governance.reviews import links, services

PRINTABLE = 200


class Command(BaseCommand):
    help = (
        f"Charge la démonstration{NBSP}: le cadre du Sicoval, des actions, réponses, réunions et "
        "montants fictifs, et les personnes qui ouvrent le site en un clic."
    )

    def add_arguments(self, parser):
        parser.add_argument("--actions", type=int, default=48, metavar="N")
        parser.add_argument(
            "--years", type=int, default=3, choices=(1, 2, 3), help="années jusqu’à 2022 comprise"
        )
        parser.add_argument("--seed", type=int, default=1, metavar="N")
        parser.add_argument(
            "--publish",
            action=BooleanOptionalAction,
            help=f"publie les bilans des années closes, par défaut jusqu’à {PRINTABLE} actions",
        )

    def handle(self, *, actions, years, seed, publish, **options):
        if not settings.DEMO:
            raise CommandError("La démonstration ne se charge qu’avec DEMO=1.")
        if actions < 1:
            raise CommandError("Demandez au moins une action.")
        with transaction.atomic():
            convention = load_sicoval()
            if convention.is_demo or convention.actions.exists():
                raise CommandError(
                    f"{convention} a déjà des actions{NBSP}: la démonstration se charge sur "
                    "une base neuve. Rien n’a été changé."
                )
            story = Story(range(LAST_YEAR - years + 1, LAST_YEAR + 1), timezone.localdate())
            load_demo(convention, story=story, actions=actions, seed=seed)
        self.stdout.write(
            f"{convention}{NBSP}: {actions} actions fictives, "
            f"campagnes {story.years[0]} à {story.last}."
        )
        if publish or (publish is None and actions <= PRINTABLE):
            self.publish(convention, story)

    def publish(self, convention, story):
        """Dated by the day of loading, when the figures are truly frozen and printed."""
        lead = convention.memberships.get(role=Role.LEAD).user
        for review in convention.annual_reviews.filter(year__lt=story.last).order_by("year"):
            try:
                services.publish(review, by=lead)
            except PdfUnavailable as error:
                return self.stderr.write(f"Les bilans restent en préparation{NBSP}: {error}")
            self.stdout.write(f"Bilan {review.year} publié.")
            show_review(review, by=lead)
        if last := convention.annual_reviews.published().first():
            until = timezone.localdate() + links.USUAL
            links.share(last, label="Conseil municipal de Labège", expires_on=until, by=lead)


def load_demo(convention: Convention, *, story: Story, actions: int, seed: int) -> None:
    Convention.objects.filter(pk=convention.pk).update(is_demo=True)
    convention.refresh_from_db()
    chosen = choose(actions, list(convention.communes.order_by("insee_code")))
    partners = {name for card in chosen for name in card.partner_names}
    scene = cast.gather(convention, story=story, seed=seed, partners=partners)
    plan.write(scene, chosen)
    campaigns = answers.write(scene, chosen)
    consolidation.write(scene, chosen, campaigns)
    money.write(scene, chosen)
    steering.write(scene, chosen)
    evaluation.write(scene, chosen)
    views.write(scene)
    exchange.write(scene)
    journal.write(scene)
    proposals.write(scene)
    answers.remind_some(scene, campaigns[-1])
    publication.write(scene, chosen)
    look_for(convention)
    door.write(scene)
    elsewhere.write()
