from django import forms

from actions.consolidation import TerritoryFigure
from actions.forms.action import TEXT_MAX
from actions.models import Action, ActionReview
from ctg.fields import FrenchDecimalField
from ctg.french import NBSP, number

TEXTS = {"summary": 5, "highlight": 2, "difficulty": 2, "decision_asked": 2}


class ActionReviewForm(forms.ModelForm):
    """The project lead’s judgement of the year, with the territory’s figures beside it."""

    use_required_attribute = False
    progress = forms.IntegerField(label="Avancement, de 0 à 100 %", min_value=0, max_value=100)

    class Meta:
        model = ActionReview
        fields = ["status", "progress", *TEXTS]
        widgets = {
            "status": forms.RadioSelect,
            **{
                name: forms.Textarea({"rows": rows, "maxlength": TEXT_MAX})
                for name, rows in TEXTS.items()
            },
        }
        labels = {"status": "Statut de l’action"}
        help_texts = {
            "status": "Celui que retient le bilan ; celui de la fiche se change sur la fiche.",
            "summary": "Ce que les élus liront.",
            "highlight": "Une phrase que l’on citera.",
            "decision_asked": "Ce que le comité doit trancher ; vide s’il n’a rien à décider.",
        }

    def __init__(self, data=None, *, instance: ActionReview, figures: list[TerritoryFigure]):
        super().__init__(data, instance=instance)
        self.fields["status"].choices = Action.Status.choices
        self.figure_by_name = {f"figure_{f.indicator.pk}": f for f in figures}
        for name, figure in self.figure_by_name.items():
            self.fields[name] = _figure_field(figure)
            self.initial[name] = figure.now

    @property
    def figure_fields(self):
        return [self[name] for name in self.figure_by_name]

    @property
    def figures(self):
        """A figure equal to the sum of the answers is not stated again: it follows them."""
        return {
            figure.indicator: None if value == figure.reported else value
            for name, figure in self.figure_by_name.items()
            if name in self.data
            for value in [self.cleaned_data[name]]
        }


def _figure_field(figure: TerritoryFigure):
    options = {
        "label": figure.indicator.title,
        "help_text": _origin(figure),
        "required": False,
    }
    if figure.indicator.is_quantitative:
        return FrenchDecimalField(**options)
    return forms.CharField(widget=forms.Textarea({"rows": 2}), max_length=TEXT_MAX, **options)


def _origin(figure: TerritoryFigure) -> str:
    parts = []
    if figure.reported is not None:
        parts.append(f"Somme des réponses{NBSP}: {number(figure.reported)}")
    if figure.before is not None:
        parts.append(f"l’an dernier{NBSP}: {number(figure.before)}")
    if figure.indicator.target is not None:
        parts.append(f"cible{NBSP}: {number(figure.indicator.target)}")
    return " · ".join(parts)
