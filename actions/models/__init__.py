from actions.models.action import Action
from actions.models.adjustment import Adjustment
from actions.models.bulk import BulkChange, BulkLine
from actions.models.campaign import ActionReview, Campaign, Contribution, ExceptionalAccess
from actions.models.exchange import Correspondence, PlanImport
from actions.models.indicator import Indicator, IndicatorValue
from actions.models.link import PersonalLink
from actions.models.overlap import Overlap
from actions.models.partner import ActionPartner
from actions.models.plan import (
    Audience,
    Finding,
    OperationalObjective,
    Stake,
    StrategicObjective,
)
from actions.models.proposal import Proposal
from actions.models.publication import Publication
from actions.models.reminder import Reminder, ReminderDate
from actions.models.saved_view import SavedView
from actions.models.sheet_print import SheetPrint
from actions.models.step import ActionStep

__all__ = [
    "Action",
    "ActionPartner",
    "ActionReview",
    "ActionStep",
    "Adjustment",
    "Audience",
    "BulkChange",
    "BulkLine",
    "Campaign",
    "Contribution",
    "Correspondence",
    "ExceptionalAccess",
    "Finding",
    "Indicator",
    "IndicatorValue",
    "OperationalObjective",
    "SavedView",
    "SheetPrint",
    "Overlap",
    "Proposal",
    "Publication",
    "PersonalLink",
    "Reminder",
    "ReminderDate",
    "Stake",
    "PlanImport",
    "StrategicObjective",
]
