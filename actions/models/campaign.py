from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from simple_history.models import HistoricalRecords

from actions.models.action import Action
from actions.models.link import PersonalLink
from ctg.accounts.models import User
from ctg.convention.models import Convention, Organization


class CampaignQuerySet(models.QuerySet):
    def open(self):
        return self.filter(opened_at__isnull=False, closed_at=None)


class Campaign(models.Model):
    """The yearly call for progress; opened and closed by verbs, within its announced dates."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="campaigns")
    year = models.PositiveSmallIntegerField("année du bilan")
    opens_on = models.DateField("ouverture")
    reminds_on = models.DateField("relance")
    closes_on = models.DateField("clôture de la saisie")
    validates_on = models.DateField("fin de la validation")
    opened_at = models.DateTimeField("ouverte le", null=True, blank=True, editable=False)
    closed_at = models.DateTimeField("close le", null=True, blank=True, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = "campagne de saisie"
        verbose_name_plural = "campagnes de saisie"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "year"],
                name="campaign_once_a_year",
                violation_error_message="Une campagne existe déjà pour cette année.",
            ),
            models.CheckConstraint(
                name="campaign_dates_in_order",
                condition=Q(opens_on__lte=F("reminds_on"))
                & Q(reminds_on__lte=F("closes_on"))
                & Q(closes_on__lte=F("validates_on")),
                violation_error_message=(
                    "Les dates doivent se suivre : ouverture, relance, clôture, validation."
                ),
            ),
            models.CheckConstraint(
                name="campaign_closed_after_opened",
                condition=Q(closed_at=None) | Q(opened_at__lte=F("closed_at")),
                violation_error_message="Une campagne se clôt après son ouverture.",
            ),
        ]

    def __str__(self):
        return f"Campagne {self.year}"

    @property
    def is_open(self):
        return self.opened_at is not None and self.closed_at is None

    def takes_answers_of(self, organization_id):
        """A closed campaign is locked, but for the organisations named in an exception."""
        return self.is_open or organization_id in self._exceptions

    @cached_property
    def _exceptions(self):
        return set(self.exceptions.running().values_list("organization", flat=True))


class ExceptionalAccessQuerySet(models.QuerySet):
    def running(self):
        return self.filter(until__gte=timezone.localdate())


class ExceptionalAccess(models.Model):
    """One organisation may still answer a closed campaign, until a day; said by whom and why."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="exceptions")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name="organisme"
    )
    until = models.DateField("jusqu’au")
    reason = models.TextField("raison")
    granted_at = models.DateTimeField("accordé le", default=timezone.now, editable=False)
    granted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, verbose_name="accordé par"
    )

    objects = ExceptionalAccessQuerySet.as_manager()

    class Meta:
        verbose_name = "accès exceptionnel"
        verbose_name_plural = "accès exceptionnels"
        ordering = ["-granted_at"]

    def __str__(self):
        return f"{self.organization} · {self.until:%d/%m/%Y}"


class ContributionQuerySet(models.QuerySet):
    def of(self, organizations):
        return self.filter(organization__in=organizations)

    def asked(self):
        """Without those an organisation is not concerned by: nobody owes them, nothing counts."""
        return self.exclude(state=Contribution.State.SET_ASIDE)

    def waiting_for_answer(self):
        return self.exclude(state__in=Contribution.SETTLED)

    def waiting_for_validation(self):
        return self.filter(state=Contribution.State.SUBMITTED)

    def validated(self):
        return self.filter(state=Contribution.State.VALIDATED)


class Contribution(models.Model):
    """What one organisation is asked, and says, about one action in one campaign."""

    class State(models.TextChoices):
        EXPECTED = "expected", "À saisir"
        DRAFT = "draft", "Brouillon"
        SUBMITTED = "submitted", "Envoyée"
        RETURNED = "returned", "À corriger"
        VALIDATED = "validated", "Validée"
        SET_ASIDE = "set_aside", "Non concernée"

    class Status(models.TextChoices):
        TODO = "todo", "À venir"
        ONGOING = "ongoing", "En cours"
        DONE = "done", "Réalisée"
        SUSPENDED = "suspended", "Suspendue"

    SENT = (State.SUBMITTED, State.VALIDATED)
    SETTLED = (*SENT, State.SET_ASIDE)

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="contributions")
    action = models.ForeignKey(Action, models.PROTECT, related_name="contributions")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="contributions", verbose_name="organisme"
    )
    state = models.CharField(
        "état", max_length=20, choices=State, default=State.EXPECTED, editable=False
    )
    status = models.CharField("où en êtes-vous", max_length=20, choices=Status, blank=True)
    done = models.TextField("ce qui a été fait", blank=True)
    difficulty = models.TextField("difficulté à faire remonter", blank=True)
    is_unchanged = models.BooleanField("rien de nouveau", default=False, editable=False)
    set_aside_reason = models.TextField("pourquoi non concernée", blank=True, editable=False)
    refused = models.JSONField("saisie à reprendre", default=dict, blank=True, editable=False)
    return_comment = models.TextField("commentaire du retour", blank=True, editable=False)
    saved_at = models.DateTimeField("enregistrée le", null=True, editable=False)
    submitted_at = models.DateTimeField("envoyée le", null=True, editable=False)
    submitted_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, editable=False
    )
    submitted_link = models.ForeignKey(
        PersonalLink, models.SET_NULL, related_name="+", null=True, editable=False
    )
    validated_at = models.DateTimeField("validée le", null=True, editable=False)
    validated_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, editable=False
    )

    objects = ContributionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "contribution"
        ordering = ["action__position", "action__code", "organization__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "action", "organization"], name="contribution_once"
            ),
            models.CheckConstraint(
                name="contribution_sent_whole",
                condition=~Q(state__in=["submitted", "validated"])
                | (Q(submitted_at__isnull=False) & ~Q(status="")),
                violation_error_message="Une contribution envoyée a une date et un statut.",
            ),
            models.CheckConstraint(
                name="contribution_validated_dated",
                condition=~Q(state="validated") | Q(validated_at__isnull=False),
                violation_error_message="Une contribution validée a une date.",
            ),
            models.CheckConstraint(
                name="contribution_returned_says_why",
                condition=~Q(state="returned") | ~Q(return_comment=""),
                violation_error_message="Une contribution renvoyée a un commentaire.",
            ),
            models.CheckConstraint(
                name="contribution_set_aside_says_why",
                condition=~Q(state="set_aside") | ~Q(set_aside_reason=""),
                violation_error_message="Une contribution non concernée a une raison.",
            ),
        ]

    def __str__(self):
        return f"{self.organization} · {self.action.code} · {self.campaign.year}"

    @property
    def is_sent(self):
        return self.state in self.SENT

    @property
    def is_settled(self):
        return self.state in self.SETTLED

    @property
    def is_untouched(self):
        """Nothing typed yet: one click may answer for the whole form."""
        return self.state == self.State.EXPECTED and not self.refused

    @property
    def can_change(self):
        """Locked once sent, and for all when the campaign is closed."""
        return self.campaign.takes_answers_of(self.organization_id) and not self.is_sent


class ActionReview(models.Model):
    """The project lead's consolidated judgement on one action for one year."""

    action = models.ForeignKey(Action, models.PROTECT, related_name="reviews")
    year = models.PositiveSmallIntegerField("année")
    status = models.CharField("statut", max_length=20, choices=Action.Status)
    progress = models.PositiveSmallIntegerField(
        "avancement (%)", validators=[MaxValueValidator(100, "Un avancement va de 0 à 100 %%.")]
    )
    summary = models.TextField("bilan de l’année", blank=True)
    highlight = models.TextField("fait marquant", blank=True)
    difficulty = models.TextField("difficulté", blank=True)
    decision_asked = models.TextField("décision demandée au comité", blank=True)
    consolidated_at = models.DateTimeField("consolidé le", editable=False)
    consolidated_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, editable=False
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = "bilan de l’action"
        verbose_name_plural = "bilans des actions"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["action", "year"], name="action_review_once_a_year"),
            models.CheckConstraint(
                name="action_review_progress_in_percent", condition=Q(progress__lte=100)
            ),
        ]

    def __str__(self):
        return f"{self.action.code} · {self.year}"
