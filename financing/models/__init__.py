from financing.models.agreement import FundingAgreement, Rate
from financing.models.bonus import BonusLine, Instalment
from financing.models.budget import BudgetLine
from financing.models.facility import Facility

__all__ = ["BonusLine", "BudgetLine", "Facility", "FundingAgreement", "Instalment", "Rate"]
