"""The register of decisions: taken in a meeting, then applied to the plan or dropped."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from rest_framework import serializers

from ctg.convention.api.resources import Reference, Resource, creation, edit, verb
from ctg.convention.rights import Right
from ctg.rest.bodies import Body, FormBody, Id
from ctg.rest.problems import Refused
from governance.api.meetings import LEAD, Codes
from governance.filters import DecisionFilter
from governance.forms.decision import EFFECTS, ApplyForm, AssignForm, DecisionForm
from governance.forms.meeting import ReasonForm
from governance.models import Decision, Meeting
from governance.services import decisions


class DecisionSerializer(serializers.ModelSerializer):
    meeting = Reference()
    actions = Codes()
    objectives = Reference(many=True)
    owner = Reference(allow_null=True)
    is_late = serializers.BooleanField()

    class Meta:
        model = Decision
        fields = [
            *("id", "meeting", "kind", "text", "actions", "objectives", "owner", "due_on"),
            *("is_late", "state", "outcome", "settled_on"),
        ]


class DecisionBody(FormBody):
    form_class = DecisionForm
    actions = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, help_text="Leurs codes."
    )


class NewDecisionBody(DecisionBody):
    meeting = Id()


class EffectBody(Body):
    action = serializers.CharField(help_text="Le code d’une action que la décision cite.")
    status = serializers.ChoiceField([(str(status), said) for status, said in EFFECTS.items()])
    to = serializers.DateField(required=False, allow_null=True, help_text="Pour un report.")


class ApplyBody(FormBody):
    form_class = ApplyForm
    effects = serializers.ListField(child=EffectBody(), required=False, max_length=100)


class Decisions(Resource):
    queryset = Decision.objects.none()
    serializer_class = DecisionSerializer
    filterset_class = DecisionFilter
    ordering_fields = ["due_on", "settled_on", "meeting__starts_at"]
    reading = Right.VIEW_GOVERNANCE
    tag = "La gouvernance"

    def rows(self):
        found = Decision.objects.of(self.convention).for_list(timezone.localdate())
        return found.select_related("meeting__committee__convention", "owner")

    def save(self, decision):
        form = self.filled(
            lambda data: DecisionForm(data, instance=decision, convention=self.convention)
        )
        lists = {name: form.cleaned_data[name] for name in ("actions", "objectives")}
        decisions.save(decision, by=self.person, **lists)
        return decision

    @creation(NewDecisionBody, **LEAD)
    def create(self):
        meetings = Meeting.objects.of(self.convention).select_related("committee__convention")
        meeting = meetings.filter(pk=self.said.get("meeting")).first()
        if meeting is None:
            raise Refused({"meeting": "Choisissez une réunion de la convention."})
        return self.save(Decision(meeting=meeting))

    @edit(DecisionBody, **LEAD)
    def partial_update(self, decision):
        """Once the minutes are adopted, only its owner and its date."""
        if decision.meeting.can_note or not self.said.keys() <= {"owner", "due_on"}:
            return self.save(decision)
        self.filled(lambda data: AssignForm(data, instance=decision, convention=self.convention))
        return decisions.assign(decision, by=self.person)

    @verb(ApplyBody, **LEAD)
    def apply(self, decision):
        """Each action changes only as ``effects`` says."""
        said = dict(self.said)
        effects = said.pop("effects", [])
        typed = {f"effect-{action.code}": "" for action in decision.actions.all()}
        for effect in effects:
            typed[f"effect-{effect.get('action')}"] = effect.get("status", "")
            typed[f"to-{effect.get('action')}"] = effect.get("to")
        _refuse_others(effects, decision)
        form = self.filled(lambda data: ApplyForm(data, decision=decision), **said | typed)
        outcome = form.cleaned_data["outcome"]
        try:
            decisions.apply(decision, effects=form.effects, outcome=outcome, by=self.person)
        except ValidationError as refusal:
            if not hasattr(refusal, "error_dict"):
                raise
            refused = refusal.message_dict
            rows = [{"status": refused.get(effect["action"], [])} for effect in effects]
            raise Refused({"effects": rows}) from refusal

    @verb(ReasonForm, **LEAD)
    def drop(self, decision):
        decisions.drop(decision, by=self.person, **self.filled(ReasonForm).cleaned_data)

    @verb(**LEAD)
    def reopen(self, decision):
        decisions.reopen(decision, by=self.person)

    @verb(**LEAD, is_last=True)
    def remove(self, decision):
        decisions.remove(decision, by=self.person)


def _refuse_others(effects, decision):
    cited = {action.code for action in decision.actions.all()}
    said = "La décision ne cite pas cette action."
    errors = [{} if effect.get("action") in cited else {"action": said} for effect in effects]
    if any(errors):
        raise Refused({"effects": errors})
