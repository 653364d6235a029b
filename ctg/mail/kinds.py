from django.db.models import TextChoices


class Kind(TextChoices):
    """Every message the site writes; its templates are ``emails/<value>``, text and HTML."""

    CAMPAIGN_OPENED = "campaign_opened", "Une campagne de saisie s’ouvre"
    REMINDER = "reminder", "Relance : des réponses sont attendues"
    ANSWER_RETURNED = "answer_returned", "Une de mes réponses est à corriger"
    ANSWER_CORRECTED = "answer_corrected", "Une de mes réponses a été corrigée"
    ANSWER_VALIDATED = "answer_validated", "Une de mes réponses est validée"
    UNREACHABLE = "unreachable", "Un organisme à relancer n’a pas d’adresse"
    CONVOCATION = "convocation", "Convocation à une réunion"
    DECISION_ASSIGNED = "decision_assigned", "Une décision m’est confiée"
    REVIEW_PUBLISHED = "review_published", "Un bilan annuel est publié"
    INVITATION = "invitation", "Invitation dans une convention"


# Without these nobody could enter, nor attend: they are always sent.
ALWAYS_SENT = {Kind.INVITATION}
SWITCHABLE = [kind for kind in Kind if kind not in ALWAYS_SENT]

# Those that come in bursts wait a little, and leave together in one message.
GATHERED = {
    Kind.ANSWER_RETURNED,
    Kind.ANSWER_CORRECTED,
    Kind.ANSWER_VALIDATED,
    Kind.DECISION_ASSIGNED,
}
