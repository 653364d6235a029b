"""The yearly call for progress, and what each organisation answers."""

from rest_framework import serializers

from actions import answering, campaigns
from actions.answers import AnswerFilter, beside_previous
from actions.api.figures import AnswerBody, CorrectionBody, FigureGiven, by_field
from actions.forms.answer import AnswerForm, CorrectionForm, SetAsideForm
from actions.forms.campaign import CampaignForm, ReturnForm
from actions.models import Campaign, Contribution
from actions.rights import can_answer
from ctg.convention.api.resources import Reference, Resource, creation, edit, verb
from ctg.convention.rights import Right

LEAD = {
    "who": Right.MANAGE_CAMPAIGN,
    "because": "Seuls la cheffe ou le chef de projet ouvrent les campagnes et valident les "
    "réponses.",
}
ANSWERER = {
    "who": can_answer,
    "because": "Cette réponse est celle d’un autre organisme.",
}


class CampaignSerializer(serializers.ModelSerializer):
    is_open = serializers.BooleanField()

    class Meta:
        model = Campaign
        fields = [
            *("id", "year", "opens_on", "reminds_on", "closes_on", "validates_on"),
            *("opened_at", "closed_at", "is_open"),
        ]


class Campaigns(Resource):
    queryset = Campaign.objects.none()
    serializer_class = CampaignSerializer
    lookup_field = "year"
    tag = "L’avancement"

    def rows(self):
        """The one that is prepared is its lead’s only."""
        found = self.convention.campaigns.all()
        return found if self.access.has(LEAD["who"]) else found.exclude(opened_at=None)

    def schedule(self, campaign):
        form = self.filled(
            lambda data: CampaignForm(data, instance=campaign, convention=self.convention)
        )
        campaigns.schedule(form.instance, by=self.person)
        return form.instance

    @creation(CampaignForm, **LEAD)
    def create(self):
        return self.schedule(Campaign())

    @edit(CampaignForm, **LEAD)
    def partial_update(self, campaign):
        return self.schedule(campaign)

    @verb(**LEAD)
    def open(self, campaign):
        campaigns.open_campaign(campaign, by=self.person)

    @verb(**LEAD)
    def close(self, campaign):
        campaigns.close_campaign(campaign, by=self.person)


class ContributionSerializer(serializers.ModelSerializer):
    campaign = serializers.IntegerField(source="campaign.year", help_text="L’année.")
    action = serializers.CharField(source="action.code", help_text="Le code de l’action.")
    organization = Reference()
    figures = FigureGiven(many=True)

    class Meta:
        model = Contribution
        fields = [
            *("id", "campaign", "action", "organization", "state", "status", "done"),
            *("difficulty", "figures", "is_unchanged", "set_aside_reason", "return_comment"),
            *("saved_at", "submitted_at", "validated_at"),
        ]


class Contributions(Resource):
    queryset = Contribution.objects.none()
    serializer_class = ContributionSerializer
    filterset_class = AnswerFilter
    ordering_fields = ["submitted_at", "validated_at"]
    because = (
        "Les réponses se lisent par l’organisme qui répond et par ceux qui suivent la campagne."
    )
    tag = "L’avancement"

    def may_read(self):
        return self.access.has(Right.FOLLOW_CAMPAIGN) or self.access.has(Right.ANSWER_CAMPAIGN)

    def rows(self):
        found = Contribution.objects.filter(
            campaign__convention=self.convention, campaign__opened_at__isnull=False
        )
        if not self.access.has(Right.FOLLOW_CAMPAIGN):
            found = found.of(self.access.organizations_with(Right.ANSWER_CAMPAIGN))
        return (
            found.select_related("campaign", "action", "organization")
            .prefetch_related("figures__indicator")
            .order_by(
                *("-campaign__year", "action__position", "action__code", "organization__name", "pk")
            )
        )

    def form(self, form_class, contribution, **options):
        """The form of the page, with one field an indicator asked."""
        beside = beside_previous([contribution])[0]
        said = by_field(self.said, [figure.indicator for figure in beside.figures])
        return self.filled(
            lambda data: form_class(data, answer=beside, by=self.person, **options), **said
        )

    @edit(AnswerBody, **ANSWERER)
    def partial_update(self, contribution):
        """A draft: it may be incomplete."""
        form = self.form(AnswerForm, contribution, is_draft=True)
        answering.save_draft(contribution, figures=form.figures)

    @verb(AnswerBody, **ANSWERER)
    def submit(self, contribution):
        form = self.form(AnswerForm, contribution)
        answering.submit(contribution, figures=form.figures, by=self.person)

    @verb(**ANSWERER)
    def nothing_new(self, contribution):
        answering.report_nothing_new(contribution, by=self.person)

    @verb(SetAsideForm, **ANSWERER)
    def set_aside(self, contribution):
        asked = self.filled(SetAsideForm).cleaned_data
        answering.set_aside(contribution, by=self.person, **asked)

    @verb(**LEAD)
    def validate(self, contribution):
        answering.validate(contribution, by=self.person)

    @verb(ReturnForm, **LEAD)
    def return_for_correction(self, contribution):
        asked = self.filled(ReturnForm).cleaned_data
        answering.return_for_correction(contribution, by=self.person, **asked)

    @verb(CorrectionBody, **LEAD)
    def correct(self, contribution):
        form = self.form(CorrectionForm, contribution)
        comment = form.cleaned_data["comment"]
        answering.correct(contribution, figures=form.figures, comment=comment, by=self.person)
