"""The pact: conventions, organisations, communes, themes, members, journal."""

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.viewsets import GenericViewSet

from ctg.collation import in_french
from ctg.convention.api.resources import NOT_FOUND, Reference, Resource, Tagged
from ctg.convention.models import (
    Amendment,
    Commune,
    Convention,
    JournalEntry,
    Membership,
    Organization,
    Signature,
    Theme,
)
from ctg.convention.rights import Right
from ctg.convention.tokens import opened_conventions
from ctg.rest.filtering import MomentFilter


class SignatureSerializer(serializers.ModelSerializer):
    organization = Reference()

    class Meta:
        model = Signature
        fields = ["organization", "signed_on", "reference"]


class AmendmentSerializer(serializers.ModelSerializer):
    organizations = Reference(many=True)

    class Meta:
        model = Amendment
        fields = ["number", "subject", "adds", "organizations", "signed_on"]


class ConventionSerializer(serializers.ModelSerializer):
    epci = Reference()
    caf = Reference()
    signatures = SignatureSerializer(many=True)
    amendments = AmendmentSerializer(many=True)

    class Meta:
        model = Convention
        fields = [
            *("slug", "name", "short_name", "starts_on", "ends_on", "epci", "caf"),
            *("definition", "context", "diagnosis", "signatures", "amendments", "is_demo"),
        ]


class Conventions(Tagged, ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Those of which the person is a member, and that her token opens."""

    queryset = Convention.objects.none()
    serializer_class = ConventionSerializer
    lookup_field = "slug"
    lookup_value_converter = "slug"
    tag = "Le pacte"

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        visible = Convention.objects.visible_to(self.request.user)
        if self.request.auth:
            visible = opened_conventions(self.request.auth)
        lists = ("signatures__organization", "amendments__organizations")
        return visible.select_related("epci", "caf").prefetch_related(*lists)

    def get_object(self):
        found = self.get_queryset().filter(slug=self.kwargs["slug"]).first()
        if found is None:
            raise NotFound(NOT_FOUND)
        return found


class OrganizationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Organization
        fields = ["id", "name", "short_name", "kind", "siren"]


class OrganizationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Nom", field_name="name", lookup_expr="icontains")
    kind = django_filters.ChoiceFilter(label="Nature", choices=Organization.Kind.choices)

    class Meta:
        model = Organization
        fields: list[str] = []


class Organizations(Resource):
    queryset = Organization.objects.none()
    serializer_class = OrganizationSerializer
    filterset_class = OrganizationFilter
    tag = "Le pacte"

    def rows(self):
        return self.convention.organizations.order_by(in_french("name"), "pk")

    def filter_options(self):
        return {}


class CommuneSerializer(serializers.ModelSerializer):
    class Meta:
        model = Commune
        fields = [
            *("id", "name", "insee_code", "postal_code", "population", "population_year"),
            *("latitude", "longitude"),
        ]


class Communes(Resource):
    queryset = Commune.objects.none()
    serializer_class = CommuneSerializer
    ordering_fields = ["insee_code", "population"]
    tag = "Le pacte"

    def rows(self):
        return self.convention.communes.order_by(in_french("name"), "pk")


class ThemeSerializer(serializers.ModelSerializer):
    class Meta:
        model = Theme
        fields = ["id", "code", "label", "has_caf_funding", "position"]


class Themes(Resource):
    queryset = Theme.objects.none()
    serializer_class = ThemeSerializer
    tag = "Le pacte"

    def rows(self):
        return self.convention.themes.all()


class MemberSerializer(serializers.ModelSerializer):
    """Names and roles: an address is on the page of the settings, and nowhere else."""

    person = serializers.CharField(source="user.full_name", read_only=True)
    organization = Reference()

    class Meta:
        model = Membership
        fields = ["id", "person", "organization", "role"]


class Members(Resource):
    queryset = Membership.objects.none()
    serializer_class = MemberSerializer
    reading = Right.MANAGE_CONVENTION
    because = "Les membres sont connus de la personne qui pilote la convention."
    tag = "Le pacte"

    def rows(self):
        members = self.convention.memberships.select_related("user", "organization")
        return members.order_by("user__last_name", "user__first_name", "pk")


class JournalSerializer(serializers.ModelSerializer):
    by = serializers.SerializerMethodField(help_text="Vide quand une tâche automatique a agi.")
    target = serializers.SerializerMethodField(help_text="Ce dont il s’agit, par nature et id.")
    changes = serializers.SerializerMethodField(help_text="Champ, avant, après.")

    class Meta:
        model = JournalEntry
        fields = ["id", "at", "by", "verb", "summary", "target", "changes"]

    def get_by(self, entry) -> str:
        return str(entry.by or "")

    @extend_schema_field(
        {
            "type": "object",
            "properties": {"kind": {"type": "string"}, "id": {"type": "integer"}},
            "required": ["kind", "id"],
        }
    )
    def get_target(self, entry):
        return {"kind": entry.target_type.model, "id": entry.target_id}

    @extend_schema_field({"type": "array", "items": {"type": "array", "items": {"type": "string"}}})
    def get_changes(self, entry):
        return [[str(part) for part in change] for change in entry.changes]


class JournalFilter(django_filters.FilterSet):
    since = MomentFilter(label="À partir de", field_name="at", lookup_expr="gte")
    until = MomentFilter(label="Jusqu’à", field_name="at", lookup_expr="lte")
    verb = django_filters.CharFilter(label="Acte, ou son début", lookup_expr="startswith")

    class Meta:
        model = JournalEntry
        fields: list[str] = []


class Journal(Resource):
    queryset = JournalEntry.objects.none()
    serializer_class = JournalSerializer
    filterset_class = JournalFilter
    reading = Right.MANAGE_CONVENTION
    because = "Le journal entier se lit par la personne qui pilote la convention."
    tag = "Le pacte"

    def rows(self):
        return self.convention.journal.select_related("by", "target_type")

    def filter_options(self):
        return {}
