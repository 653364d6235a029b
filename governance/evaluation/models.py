from django.db import models
from django.db.models import Q
from django.urls import reverse

from actions.models import Action
from ctg.convention.models import Convention
from governance.frozen.models import FrozenDocument, published_whole


class FinalEvaluation(FrozenDocument):
    """Of the whole convention, before its renewal; written and published as an annual review."""

    JOURNAL = "evaluation"
    ALREADY_PUBLISHED = (
        "Cette évaluation est publiée : elle ne change plus. Une erreur se corrige par une "
        "nouvelle édition."
    )

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="evaluations")
    corrects = models.OneToOneField(
        "self", models.PROTECT, related_name="correction", null=True, blank=True, editable=False
    )
    headline = models.TextField("l’essentiel en une phrase", blank=True)
    coherence = models.TextField("cohérence et pertinence", blank=True)
    attainment = models.TextField("degré d’atteinte", blank=True)
    means = models.TextField("moyens", blank=True)
    effects = models.TextField("effets et pérennité", blank=True)
    outlook = models.TextField("ce que la suite doit changer", blank=True)

    class Meta:
        verbose_name = "évaluation globale"
        verbose_name_plural = "évaluations globales"
        ordering = ["-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "edition"],
                name="final_evaluation_edition_once",
                violation_error_message="Cette évaluation existe déjà.",
            ),
            published_whole(
                "final_evaluation_published_whole",
                "Une évaluation publiée est datée, signée et complète.",
            ),
        ]

    def __str__(self):
        return f"Évaluation {self.convention.period_label}"

    def get_absolute_url(self):
        return reverse("evaluation:detail", args=[self.convention.slug])


class FollowUp(models.Model):
    """What becomes of an action after the convention, as the evaluation proposes it."""

    class Decision(models.TextChoices):
        CONTINUE = "continue", "Poursuivre"
        ADAPT = "adapt", "Adapter"
        STOP = "stop", "Arrêter"

    evaluation = models.ForeignKey(FinalEvaluation, models.CASCADE, related_name="follow_ups")
    action = models.ForeignKey(Action, models.PROTECT, related_name="follow_ups")
    decision = models.CharField("suite", max_length=10, choices=Decision)
    reason = models.TextField("motif", blank=True)

    class Meta:
        verbose_name = "suite d’une action"
        verbose_name_plural = "suites des actions"
        ordering = ["action__position", "action__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "action"], name="follow_up_once_an_action"
            ),
            models.CheckConstraint(
                name="follow_up_says_why",
                condition=Q(decision="continue") | ~Q(reason=""),
                violation_error_message="Adapter ou arrêter une action demande un motif.",
            ),
        ]

    def __str__(self):
        return f"{self.action.code} · {self.get_decision_display()}"
