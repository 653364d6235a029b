"""The actions: read by the filters of the plan, written as their sheet is."""

from functools import partial

from django.db.models import Prefetch
from django.utils import timezone
from rest_framework.decorators import action as route

from actions import services
from actions.api.sheet import ActionSerializer
from actions.filters import ActionFilter
from actions.forms.action import (
    ActionForm,
    IndicatorForm,
    PartnerForm,
    PostponeForm,
    ReasonForm,
    StepForm,
)
from actions.forms.moves import MOVES
from actions.forms.sheet import SheetForms
from actions.models import Action, IndicatorValue
from actions.rights import can_edit_action
from actions.sheet import journal_of
from ctg.convention.api.pact import JournalSerializer
from ctg.convention.api.resources import Resource, creation, edit, verb
from ctg.convention.rights import Right
from ctg.rest.bodies import FormBody, row_errors, rows_of, typed, typed_rows
from ctg.rest.problems import Refused

EDITOR = {
    "who": can_edit_action,
    "because": "Seuls la cheffe ou le chef de projet et l’organisme pilote modifient cette fiche.",
}
LEAD = {
    "who": Right.EDIT_PLAN,
    "because": "Seuls la cheffe ou le chef de projet ajoutent et archivent des actions.",
}


class ActionBody(FormBody):
    form_class = ActionForm
    steps = rows_of(StepForm, "Step")
    partners = rows_of(PartnerForm, "Partner")
    indicators = rows_of(IndicatorForm, "Indicator")


class NewActionBody(ActionBody):
    """Without a code, the next one of the plan."""

    def get_fields(self):
        fields = super().get_fields()
        fields["code"].required = fields["scope"].required = fields["origin"].required = False
        return fields


class Actions(Resource):
    queryset = Action.objects.none()
    serializer_class = ActionSerializer
    filterset_class = ActionFilter
    lookup_field = "code"
    lookup_value_converter = "str"
    ordering_fields = ["code", "title", "status", "progress", "starts_on", "ends_on", "updated_at"]
    tag = "Le plan"

    def rows(self):
        found = self.convention.actions.with_lateness(timezone.localdate()).with_plan()
        if self.action == "list":
            found = found.current().in_plan_order()
        counted = IndicatorValue.objects.counted()
        return found.prefetch_related(
            *("communes", "audiences", "findings", "other_stakes", "steps"),
            Prefetch("indicators__values", counted),
        )

    @creation(NewActionBody, **LEAD)
    def create(self):
        return self.save(Action(code=services.next_code(self.convention)))

    @edit(ActionBody, **EDITOR)
    def partial_update(self, action):
        return self.save(action)

    def save(self, action):
        said = self.said
        shown = SheetForms(None, action=action, convention=self.convention)
        data = typed(shown.form, said)
        for name, formset in shown.rows.items():
            data.update(typed_rows(formset, said.get(name), name))
        sheet = SheetForms(data, action=action, convention=self.convention)
        if not sheet.is_valid():
            rows = {name: row_errors(rows, said.get(name)) for name, rows in sheet.rows.items()}
            raise Refused({**sheet.form.errors, **rows})
        return sheet.save(by=self.person)

    # Its status

    def move(self, action, name):
        move = MOVES[name]
        asked = self.filled(move.form).cleaned_data
        services.act(action, partial(move.make, **asked), by=self.person)

    @verb(**EDITOR)
    def start(self, action):
        self.move(action, "lancer")

    @verb(**EDITOR)
    def complete(self, action):
        self.move(action, "realiser")

    @verb(PostponeForm, **EDITOR)
    def postpone(self, action):
        self.move(action, "reporter")

    @verb(ReasonForm, **EDITOR)
    def abandon(self, action):
        self.move(action, "abandonner")

    @verb(ReasonForm, **EDITOR)
    def reopen(self, action):
        self.move(action, "rouvrir")

    # Its place in the plan

    @verb(**LEAD)
    def archive(self, action):
        services.archive(action, convention=self.convention, by=self.person)

    @verb(**LEAD)
    def restore(self, action):
        services.restore(action, convention=self.convention, by=self.person)

    # What became of it

    @route(detail=True)
    def journal(self, request, *args, **kwargs):
        """As on its sheet: what is said of an answer is for those who follow the campaign."""
        entries = journal_of(self.get_object(), self.access).select_related("by", "target_type")
        page = self.paginate_queryset(entries)
        return self.get_paginated_response(JournalSerializer(page, many=True).data)

    journal.shows = {(200, "application/json"): JournalSerializer(many=True)}
