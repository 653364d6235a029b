"""Who may do what: the one table, which the tests compare with what the site answers to each person
of the cast. A page or a resource of the API without a row here fails.

Who is not named gets 403, or 404 where even the existence is not theirs to know (a review in
preparation). Whoever belongs to another convention gets 404 everywhere.
"""

EVERYONE = "camille malik sacha ines alix"
FUNDING = "camille malik ines alix"

# Of a convention, by part of the site: who opens these pages, or sends what they take.
PAGES = {
    "archive": {
        "camille": "archive download",
    },
    "governance": {
        EVERYONE: (
            "home changes search life poster poster_pdf committees committee meeting "
            "meeting_calendar paper register_pdf register_sheet decisions decision"
        ),
        "camille": (
            "follow amendment amendment_create life_edit committee_create committee_edit "
            "committee_close meeting_create meeting_edit meeting_move guest guest_dismiss minutes "
            "agenda agenda_add agenda_item agenda_order agenda_remove session session_decide "
            "session_presence decision_create decision_edit decision_apply decision_drop "
            "decision_reopen decision_remove"
        ),
        "camille sacha": "reply",
    },
    "actions": {
        EVERYONE: "plan former_search export views sheets sheet_pdf detail history",
        "camille": (
            "imports import import_confirm import_drop import_undo import_report sheet_print "
            "sheet_print_file view_change view_delete archives create bulk_list bulk_detail "
            "bulk_undo overlaps overlaps_look_for overlap overlap_decide proposal_decide order "
            "codes place archive restore level_create level_edit level_archive level_restore"
        ),
        "camille malik": "bulk edit edit_section cell move history_restore",
        "camille malik sacha": "proposals propose",
        "camille sacha": "proposal",
    },
    "progress": {
        EVERYONE: "home",
        "camille malik sacha": "mine",
        "camille sacha": "answer nothing_new set_aside",
        "camille malik sacha ines": "read answers",
        "camille malik ines": "year",
        "camille": (
            "queue expected expected_choose ask_no_longer access end_access reminders "
            "reminder_dates contact revoke_links accept_addresses validate correct return campaign "
            "close reopen consolidate"
        ),
    },
    "financing": {
        FUNDING: (
            "overview facility action rates budgets scenarios scenario grants scdl territories "
            "export years manager agreement_document payments deadlines"
        ),
        "camille malik": "action_edit declare",
        "camille": (
            "scenario_create scenario_edit scenario_adopt scenario_archive import grant_create "
            "grant_edit rate_create rate_edit facility_create facility_edit agreement_create "
            "agreement_edit adopt compute calendar remind"
        ),
        "camille ines": "amounts receive payment_correct",
    },
    "publication": {
        "camille": "home open close stake publish unpublish show_review hide_review",
    },
    "renewal": {
        "camille": "renew",
    },
    "evaluation": {
        "camille malik ines": "detail pdf file file_open",
        "camille": "create prepare follow_ups publish publish_cancel file_cancel correct",
    },
    "reviews": {
        EVERYONE: "list",
        "camille malik ines": "detail pdf file file_open extract extract_pdf",
        "camille": "file_cancel share share_revoke create prepare publish publish_cancel correct",
    },
    "convention": {
        "camille": (
            "settings facts themes territory communes organization organization_create "
            "organization_remove member_remove members invitation_send_again invitation_withdraw "
            "access_grant access_decline"
        ),
        EVERYONE: "document",
    },
    "operations": {
        "camille": "service send_trial",
    },
}

# Of the API, by resource: who asks for it, or changes it.
API = {
    "organizations": {
        EVERYONE: "list retrieve",
    },
    "communes": {
        EVERYONE: "list retrieve",
    },
    "themes": {
        EVERYONE: "list retrieve",
    },
    "members": {
        "camille": "list retrieve",
    },
    "journal": {
        "camille": "list retrieve",
    },
    "stakes": {
        EVERYONE: "list retrieve",
        "camille": "create partial_update archive restore",
    },
    "strategic-objectives": {
        EVERYONE: "list retrieve",
        "camille": "create partial_update archive restore",
    },
    "operational-objectives": {
        EVERYONE: "list retrieve",
        "camille": "create partial_update archive restore",
    },
    "findings": {
        EVERYONE: "list retrieve",
    },
    "audiences": {
        EVERYONE: "list retrieve",
    },
    "actions": {
        EVERYONE: "list retrieve journal",
        "camille": "create archive restore",
        "camille malik": "partial_update start complete postpone abandon reopen",
    },
    "proposals": {
        "camille malik sacha": "list create",
        "camille sacha": "retrieve",
        "camille": "accept decline",
    },
    "campaigns": {
        EVERYONE: "list retrieve",
        "camille": "create partial_update open close",
    },
    "contributions": {
        "camille malik sacha ines": "list retrieve",
        "camille sacha": "partial_update submit nothing_new set_aside",
        "camille": "validate return_for_correction correct",
    },
    "action-reviews": {
        EVERYONE: "list retrieve",
        "camille": "create partial_update",
    },
    "facilities": {
        FUNDING: "list retrieve",
        "camille": "create partial_update",
        "camille malik": "declare",
        "camille ines": "amounts",
    },
    "agreements": {
        FUNDING: "list retrieve",
        "camille": "create partial_update",
    },
    "bonus-lines": {
        FUNDING: "list retrieve",
    },
    "instalments": {
        FUNDING: "list retrieve",
        "camille ines": "receive correct",
    },
    "rates": {
        FUNDING: "list retrieve",
        "camille": "create partial_update",
    },
    "budgets": {
        FUNDING: "list retrieve",
        "camille malik": "partial_update",
    },
    "grants": {
        FUNDING: "list retrieve",
        "camille": "create partial_update",
    },
    "committees": {
        EVERYONE: "list retrieve",
        "camille": "close reopen",
    },
    "meetings": {
        EVERYONE: "list retrieve",
        "camille": "create partial_update convene hold adopt cancel reopen write_minutes",
    },
    "decisions": {
        EVERYONE: "list retrieve",
        "camille": "create partial_update apply drop reopen remove",
    },
    "reviews": {
        EVERYONE: "list retrieve data pdf",
    },
    "evaluations": {
        EVERYONE: "list",
        "camille malik ines": "retrieve",
        "": "data pdf",
    },
}

# Outside conventions, or by a secret in the address: whoever comes.
WITHOUT_SIGN_IN = set(
    """
    accessibility account_confirm_email account_email_verification_sent account_inactive
    account_login account_request_login_code account_reset_password account_reset_password_done
    account_reset_password_from_key account_reset_password_from_key_done account_signup admin:login
    alive api:docs api:docs_resource api:schema calendar_feed demo_mail_html demo_mails
    demo_sign_in help invitation legal link:answer link:mine link:nothing_new link:read
    link:set_aside mail:unsubscribe meeting_reply metrics privacy proconnect_callback
    proconnect_login public:action public:data public:datapackage public:download public:extract
    public:home public:plan public:review public:review_pdf public:reviews public_index ready
    robots shared:extract shared:extract_pdf shared:pdf shared:review sitemap
    socialaccount_login_cancelled
    """.split()
)


def rows(table):
    """{"governance:home": who}, one row for each name."""
    named = [
        (f"{part}:{name}", who)
        for part, rights in table.items()
        for who, names in rights.items()
        for name in names.split()
    ]
    assert len(dict(named)) == len(named), "two rows for the same thing"
    return dict(named)
