from django.db.models import TextChoices


class Kind(TextChoices):
    """Every message the site writes; its templates are ``emails/<value>``, text and HTML."""

    CAMPAIGN_OPENED = "campaign_opened", "Une campagne de saisie s’ouvre"
    REMINDER = "reminder", "Relance : des réponses sont attendues"
    ANSWER_RETURNED = "answer_returned", "Une de mes réponses est à corriger"
    ANSWER_CORRECTED = "answer_corrected", "Une de mes réponses a été corrigée"
    ANSWER_VALIDATED = "answer_validated", "Une de mes réponses est validée"
    PROPOSAL_ANSWERED = "proposal_answered", "Réponse à une action que j’ai proposée"
    UNREACHABLE = "unreachable", "Un organisme à relancer n’a pas d’adresse"
    CONVOCATION = "convocation", "Convocation à une réunion"
    DECISION_ASSIGNED = "decision_assigned", "Une décision m’est confiée"
    DECLARATION_REMINDER = "declaration_reminder", "Une déclaration d’activité est attendue"
    REVIEW_PUBLISHED = "review_published", "Un bilan annuel est publié"
    INVITATION = "invitation", "Invitation dans une convention"
    ACCESS_ASKED = "access_asked", "Une personne demande l’accès à la convention"
    ACCESS_GRANTED = "access_granted", "Ma demande d’accès est acceptée"
    ACCESS_DECLINED = "access_declined", "Ma demande d’accès est refusée"
    ROLE_ENDED = "role_ended", "Fin d’un de mes rôles"
    API_TOKEN_CREATED = "api_token_created", "Un jeton d’API est créé à mon nom"
    TRIAL = "trial", "Essai du courrier"


# What opens or closes a door to a person is always told.
ALWAYS_SENT = {
    Kind.INVITATION,
    Kind.ACCESS_ASKED,
    Kind.ACCESS_GRANTED,
    Kind.ACCESS_DECLINED,
    Kind.ROLE_ENDED,
    Kind.API_TOKEN_CREATED,
    Kind.TRIAL,
}
SWITCHABLE = [kind for kind in Kind if kind not in ALWAYS_SENT]

# Those that come in bursts wait a little, and leave together in one message.
GATHERED = {
    Kind.ANSWER_RETURNED,
    Kind.ANSWER_CORRECTED,
    Kind.ANSWER_VALIDATED,
    Kind.DECISION_ASSIGNED,
}
