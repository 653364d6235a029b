"""How the convention is steered; one file per subject."""

from governance.evaluation.models import FinalEvaluation, FollowUp
from governance.frozen.models import Rendering
from governance.models.archive import Archive
from governance.models.calendar import CalendarFeed
from governance.models.committee import Committee, CommitteeMember
from governance.models.decision import Decision
from governance.models.meeting import AgendaItem, Attendance, Meeting
from governance.public.models import PublicSite
from governance.reviews.models import AnnualReview, ReviewLink, StakeSynthesis

__all__ = [
    "AgendaItem",
    "AnnualReview",
    "Archive",
    "Attendance",
    "CalendarFeed",
    "Committee",
    "CommitteeMember",
    "Decision",
    "FinalEvaluation",
    "FollowUp",
    "Meeting",
    "PublicSite",
    "Rendering",
    "ReviewLink",
    "StakeSynthesis",
]
