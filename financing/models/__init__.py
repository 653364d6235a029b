from financing.models.agreement import FundingAgreement, Rate
from financing.models.bonus import BonusLine
from financing.models.budget import BudgetLine
from financing.models.calendar import CalendarDate, Declaration, Stage
from financing.models.facility import Facility
from financing.models.grant import Grant
from financing.models.instalment import Instalment
from financing.models.scenario import Scenario, ScenarioLine, ScenarioRate

__all__ = [
    "BonusLine",
    "BudgetLine",
    "CalendarDate",
    "Declaration",
    "Facility",
    "FundingAgreement",
    "Grant",
    "Instalment",
    "Rate",
    "Scenario",
    "ScenarioLine",
    "ScenarioRate",
    "Stage",
]
