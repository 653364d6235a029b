"""Committees and their meetings: composed on their pages, convened and held here too."""

import django_filters
from rest_framework import serializers

from ctg.convention.api.resources import Reference, Resource, creation, edit, verb
from ctg.convention.rights import Right
from ctg.rest.bodies import BIGGEST, FormBody, Id
from ctg.rest.problems import Refused
from governance.forms.meeting import MeetingForm, MinutesForm, ReasonForm
from governance.models import AgendaItem, Attendance, Committee, CommitteeMember, Meeting
from governance.services import committees, meetings

LEAD = {
    "who": Right.MANAGE_GOVERNANCE,
    "because": "Seul·e la ou le chef·fe de projet prépare et tient les réunions.",
}


class Codes(serializers.ListField):
    """The codes of actions."""

    child = serializers.CharField()

    def to_representation(self, actions):
        return [action.code for action in actions.all()]


class SeatSerializer(serializers.ModelSerializer):
    organization = Reference()

    class Meta:
        model = CommitteeMember
        fields = [
            *("organization", "function", "title", "is_chair", "is_deputy"),
            *("starts_on", "ends_on"),
        ]


class CommitteeSerializer(serializers.ModelSerializer):
    theme = Reference(allow_null=True)
    actions = Codes()
    members = SeatSerializer(many=True)

    class Meta:
        model = Committee
        fields = [
            *("id", "kind", "name", "theme", "meetings_per_year", "quorum", "actions"),
            *("members", "note", "closed_on"),
        ]


class Committees(Resource):
    queryset = Committee.objects.none()
    serializer_class = CommitteeSerializer
    reading = Right.VIEW_GOVERNANCE
    tag = "La gouvernance"

    def rows(self):
        found = self.convention.committees.select_related("theme")
        return found.prefetch_related("actions", "members__organization")

    @verb(**LEAD)
    def close(self, committee):
        committees.close(committee, by=self.person)

    @verb(**LEAD)
    def reopen(self, committee):
        committees.reopen(committee, by=self.person)


class AgendaSerializer(serializers.ModelSerializer):
    actions = Codes()

    class Meta:
        model = AgendaItem
        fields = ["id", "title", "minutes", "actions", "note", "discussion"]


class AttendanceSerializer(serializers.ModelSerializer):
    organization = Reference()

    class Meta:
        model = Attendance
        fields = ["organization", "title", "reply", "represented_by", "state"]


class MeetingSerializer(serializers.ModelSerializer):
    committee = Reference()
    agenda = AgendaSerializer(many=True)
    attendances = AttendanceSerializer(many=True)

    class Meta:
        model = Meeting
        fields = [
            *("id", "committee", "starts_at", "ends_at", "place", "state", "agenda"),
            *("attendances", "minutes", "convened_at", "adopted_on", "cancel_reason"),
        ]


class MeetingFilter(django_filters.FilterSet):
    committee = django_filters.NumberFilter(
        label="Comité", field_name="committee", min_value=1, max_value=BIGGEST
    )
    year = django_filters.NumberFilter(
        label="Année", field_name="starts_at__year", min_value=1990, max_value=2100
    )
    state = django_filters.ChoiceFilter(label="État", choices=Meeting.State.choices)

    class Meta:
        model = Meeting
        fields: list[str] = []


class NewMeetingBody(FormBody):
    form_class = MeetingForm
    committee = Id()


class Meetings(Resource):
    queryset = Meeting.objects.none()
    serializer_class = MeetingSerializer
    filterset_class = MeetingFilter
    ordering_fields = ["starts_at"]
    reading = Right.VIEW_GOVERNANCE
    tag = "La gouvernance"

    def rows(self):
        found = Meeting.objects.of(self.convention).select_related("committee__convention")
        return found.prefetch_related("agenda__actions", "attendances__organization")

    def filter_options(self):
        return {}

    def written(self, meeting):
        return self.filled(lambda data: MeetingForm(data, instance=meeting)).instance

    @creation(NewMeetingBody, **LEAD)
    def create(self):
        committee = self.convention.committees.filter(pk=self.said.get("committee")).first()
        if committee is None:
            raise Refused({"committee": "Choisissez un comité de la convention."})
        meeting = self.written(Meeting(committee=committee))
        meetings.plan(meeting, by=self.person)
        return meeting

    @edit(MeetingForm, **LEAD)
    def partial_update(self, meeting):
        meetings.change(self.written(meeting), by=self.person)

    @verb(**LEAD)
    def convene(self, meeting):
        meetings.convene(meeting, by=self.person)

    @verb(**LEAD)
    def hold(self, meeting):
        meetings.hold(meeting, by=self.person)

    @verb(**LEAD)
    def adopt(self, meeting):
        meetings.adopt(meeting, by=self.person)

    @verb(ReasonForm, **LEAD)
    def cancel(self, meeting):
        meetings.cancel(meeting, by=self.person, **self.filled(ReasonForm).cleaned_data)

    @verb(ReasonForm, **LEAD)
    def reopen(self, meeting):
        meetings.reopen(meeting, by=self.person, **self.filled(ReasonForm).cleaned_data)

    @verb(MinutesForm, **LEAD)
    def write_minutes(self, meeting):
        form = self.filled(lambda data: MinutesForm(data, stored=meeting.minutes))
        meetings.write_minutes(meeting, text=form.cleaned_data["text"], by=self.person)
