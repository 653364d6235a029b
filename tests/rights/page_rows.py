"""A row of each kind that the address of a page asks for; Malik’s organisation pilots the action,
Labège (Sacha’s) answers and proposes."""

from datetime import date
from io import BytesIO

from django.core.files.base import ContentFile

from actions.exchange.services import receive
from actions.models import BulkChange, ExceptionalAccess, Overlap, Proposal, SheetPrint
from ctg.convention.models import Amendment, Document
from ctg.convention.rights import Role
from governance.models import FinalEvaluation, ReviewLink
from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
    make_saved_view,
)
from tests.factories.ctg import make_member, make_user
from tests.factories.financing import (
    make_agreement,
    make_bonus_line,
    make_calendar_date,
    make_facility,
    make_grant,
    make_instalment,
    make_rate,
    make_scenario,
)
from tests.factories.governance import (
    make_agenda_item,
    make_attendance,
    make_committee,
    make_decision,
    make_meeting,
    make_review,
)

WORDS = {
    "verb": "abandonner",
    "section": "texte",
    "kind": "enjeux",
    "cell": "titre",
    "level": "enjeux",
    "extension": "csv",
    "stage": "reel",
    "extract": "essentiel",
    "reviews:file.name": "projet",
    "reviews:file_cancel.name": "projet",
    "reviews:file_open.name": "projet",
    "evaluation:file.name": "projet",
    "evaluation:file_cancel.name": "projet",
    "evaluation:file_open.name": "projet",
    "governance:meeting_move.verb": "adopter",
    "governance:paper.kind": "ordre-du-jour",
    "governance:life_edit.part": "signatures",
    "governance:register_sheet.form": "csv",
    "actions:overlap_decide.verb": "lier",
    "actions:proposal_decide.verb": "accepter",
}


def make_values(convention, labege, lead):
    """What an address may ask for, by argument name; "route.argument" where routes differ."""
    action = make_action(convention, pilot=convention.epci, communes=[labege])
    campaign = make_campaign(convention)
    make_campaign(convention, campaign.year + 1, is_open=False)
    values = {
        "convention": convention.slug,
        "code": action.code,
        "version": action.history.latest().pk,
        "pk": action.stake.pk,
        "year": campaign.year,
    }
    return (
        WORDS
        | values
        | convention_rows(convention, labege)
        | plan_rows(convention, labege, lead, action)
        | campaign_rows(campaign, labege, action)
        | funding_rows(convention)
        | meeting_rows(convention, labege)
        | review_rows(convention, campaign.year, lead)
    )


def named(part, row, names):
    return {f"{part}:{name}.pk": row.pk for name in names.split()}


def convention_rows(convention, labege):
    leaving = make_member(convention, Role.READER, labege)
    invited = convention.invitations.create(
        email="invitee@example.org", first_name="Frédérique", organization=labege, role=Role.READER
    )
    asked = convention.access_requests.create(user=make_user(), organization=labege)
    signed = Document.objects.create(
        convention=convention, title="Délibération", file=ContentFile(b"texte", "note.txt")
    )
    return (
        named("convention", signed, "document")
        | named("convention", labege, "organization organization_remove")
        | named("convention", leaving.memberships.get(), "member_remove")
        | named("convention", invited, "invitation_send_again invitation_withdraw")
        | named("convention", asked, "access_grant access_decline")
    )


def plan_rows(convention, labege, lead, action):
    view = make_saved_view(convention, lead, is_shared=True)
    printed = SheetPrint.objects.create(
        convention=convention, by=lead, file=ContentFile(b"pdf", "fiches.pdf")
    )
    change = BulkChange.objects.create(convention=convention, summary="lancer")
    pair = Overlap.objects.create(first=action, second=make_action(convention), score="0.80")
    proposal = Proposal.objects.create(convention=convention, organization=labege, title="Idée")
    sent = receive(convention, BytesIO(b"Action;Pilote\nForum;Caf"), "plan.csv", by=lead)
    return (
        named("actions", view, "view_change view_delete")
        | named("actions", printed, "sheet_print sheet_print_file")
        | named("actions", change, "bulk_detail bulk_undo")
        | named("actions", pair, "overlap overlap_decide")
        | named("actions", proposal, "proposal proposal_decide")
        | named("actions", sent, "import import_confirm import_drop import_undo import_report")
    )


def campaign_rows(campaign, labege, action):
    given = ExceptionalAccess.objects.create(
        campaign=campaign, organization=labege, until=campaign.closes_on, reason="Absence"
    )
    answer = make_contribution(campaign, action, labege)
    return (
        named("progress", given, "end_access")
        | named("progress", labege, "contact revoke_links accept_addresses")
        | named("progress", answer, "answer nothing_new set_aside ask_no_longer")
        | named("progress", answer, "read validate correct return")
    )


def funding_rows(convention):
    facility = make_facility(convention)
    signed = Document.objects.create(
        convention=convention, title="COF", file=ContentFile(b"texte", "cof.txt"), is_private=True
    )
    agreement = make_agreement(facility, document=signed)
    scenario = make_scenario(convention)
    asked = make_calendar_date(convention, "actual", date(2023, 3, 31))
    paid = make_instalment(make_bonus_line(facility))
    return (
        named("financing", facility, "facility facility_edit agreement_create")
        | named("financing", convention.epci, "manager")
        | named("financing", agreement, "agreement_edit agreement_document")
        | named("financing", make_rate(convention=convention), "rate_edit")
        | named("financing", make_grant(convention), "grant_edit")
        | named("financing", paid, "payment_correct")
        | named("financing", scenario, "scenario scenario_edit scenario_adopt scenario_archive")
        | named("financing", asked, "remind")
    )


def meeting_rows(convention, labege):
    committee = make_committee(convention)
    meeting = make_meeting(committee, state="held")
    decision = make_decision(meeting)
    amendment = Amendment.objects.create(convention=convention, number=1)
    return {
        "attendance": make_attendance(meeting, labege).pk,
        "item": make_agenda_item(meeting).pk,
        **named("governance", amendment, "amendment"),
        **named("governance", committee, "committee committee_edit committee_close meeting_create"),
        **named("governance", meeting, "meeting meeting_edit meeting_move meeting_calendar"),
        **named("governance", meeting, "minutes guest guest_dismiss reply paper decision_create"),
        **named("governance", meeting, "agenda agenda_add agenda_item agenda_order agenda_remove"),
        **named("governance", meeting, "session session_decide session_presence"),
        **named("governance", decision, "decision decision_edit decision_apply decision_drop"),
        **named("governance", decision, "decision_reopen decision_remove"),
    }


def review_rows(convention, year, lead):
    prepared = make_review(convention, year)
    published = make_review(convention, year - 1, published_by=lead)
    FinalEvaluation.objects.create(convention=convention)
    link = ReviewLink.objects.create(
        review=prepared, label="Presse", token_hash="0", expires_on=date(2022, 12, 31)
    )
    return named("reviews", link, "share_revoke") | named(
        "publication", published, "show_review hide_review"
    )
