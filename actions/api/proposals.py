"""What communes and partners propose, and what the lead answers."""

from django.db import transaction
from rest_framework import serializers

from actions import proposals
from actions.forms.proposal import AcceptForm, DeclineForm, ProposalForm
from actions.models import Proposal
from ctg.convention.api.resources import Reference, Resource, creation, verb
from ctg.convention.rights import Right

LEAD = {
    "who": Right.EDIT_PLAN,
    "because": "La personne qui pilote la convention répond aux propositions.",
}


class ProposalSerializer(serializers.ModelSerializer):
    organization = Reference()
    themes = Reference(many=True)
    audiences = Reference(many=True)
    action = serializers.SerializerMethodField(help_text="Le code de l’action qu’elle est devenue.")

    class Meta:
        model = Proposal
        fields = [
            *("id", "organization", "title", "description", "themes", "audiences", "state"),
            *("answer", "action", "made_at", "decided_at"),
        ]

    def get_action(self, proposal) -> str:
        return proposal.action.code if proposal.action else ""


class Proposals(Resource):
    queryset = Proposal.objects.none()
    serializer_class = ProposalSerializer
    reading = Right.PROPOSE_ACTION
    tag = "Le plan"

    def rows(self):
        found = proposals.visible_to(self.access, self.convention)
        return found.prefetch_related("themes", "audiences")

    @creation(ProposalForm, who=Right.PROPOSE_ACTION)
    def create(self):
        form = self.filled(
            lambda data: ProposalForm(
                data, convention=self.convention, organizations=proposals.proposers(self.access)
            )
        )
        proposal = form.save(commit=False)
        with transaction.atomic():
            proposals.propose(proposal, by=self.person)
            form.save_m2m()
        return proposal

    @verb(AcceptForm, **LEAD)
    def accept(self, proposal):
        form = self.filled(lambda data: AcceptForm(data, convention=self.convention))
        proposals.accept(proposal, by=self.person, **form.cleaned_data)

    @verb(DeclineForm, **LEAD)
    def decline(self, proposal):
        proposals.decline(proposal, by=self.person, **self.filled(DeclineForm).cleaned_data)
