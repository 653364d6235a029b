from django import forms
from django.utils.html import escape

from actions.exchange.fields import BY_KEY
from actions.exchange.names import EVERYBODY
from actions.exchange.reading.vocabulary import SYNONYMS
from actions.exchange.words import folded
from actions.models import Correspondence
from ctg.collation import in_french
from ctg.convention.models import Convention

NOT_OFFERED = {"id", "fingerprint"}
OTHER_LABELS = {
    "indicators": "Indicateurs (la nature se devine)",
    "calendar": "Calendrier, échéance",
}
COLUMNS = [
    (key, OTHER_LABELS.get(key) or BY_KEY[key].label) for key in SYNONYMS if key not in NOT_OFFERED
]
Kind = Correspondence.Kind


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Votre tableur",
        help_text="Un classeur .xlsx ou .ods, ou un texte .csv, 20 Mo au plus. Tel qu’il est : "
        "les titres, les cellules fusionnées et les fiches se lisent aussi.",
        widget=forms.FileInput({"accept": ".xlsx,.ods,.csv,.txt,.tsv"}),
    )


class MeaningForm(forms.Form):
    """What the columns and the doubtful names of one file mean; one field for each."""

    def __init__(self, data, *, preview: dict, convention: Convention):
        super().__init__(data, auto_id="%s")
        self.everyone: dict[str, list[tuple[str, str]]] = {}
        self.convention = convention
        self.meanings: dict[str, tuple[str, str]] = {}
        self.columns, self.questions = [], []
        for number, header in enumerate(preview.get("headers", ())):
            name = f"colonne-{number}"
            sample = f"Par exemple : {header['sample']}" if header["sample"] else ""
            self._add(name, Kind.COLUMN, header["name"], header["label"], self._fields(), sample)
            self.initial[name] = header["key"] or Correspondence.SKIP
            self.columns.append(self[name])
        for number, question in enumerate(preview.get("questions", ())):
            name = f"question-{number}"
            choices = self._names(question)
            said, refs = f"« {question['said']} »", f"Cellules {', '.join(question['refs'])}"
            self._add(name, question["kind"], question["key"], said, choices, refs)
            self.questions.append(self[name])

    def _add(self, name, kind, said, label, choices, help_text):
        """The page prints a help text as markup: what the file says is escaped here."""
        self.meanings[name] = (kind, said)
        self.fields[name] = forms.ChoiceField(
            label=label, choices=choices, required=False, help_text=escape(help_text)
        )

    def _fields(self):
        return [(Correspondence.SKIP, "Ne pas reprendre"), *COLUMNS]

    def _names(self, question):
        offered = [(str(pk), name) for pk, name in question["choices"]]
        others = [one for one in self._everyone(question["kind"]) if one not in offered]
        choices = [("", "Choisir…"), *offered, (Correspondence.SKIP, "Laisser de côté")]
        if question["kind"] == Kind.ORGANIZATION and folded(question["said"]) not in EVERYBODY:
            choices.append((Correspondence.NEW, "Créer cet organisme"))
        return [*choices, ("Tous", others)] if others else choices

    def _everyone(self, kind):
        """Loaded once, whatever the number of questions."""
        if kind not in self.everyone:
            territory = self.convention
            rows = territory.communes if kind == Kind.COMMUNE else territory.organizations
            names = rows.order_by(in_french("name")).values_list("pk", "name")
            self.everyone[kind] = [(str(pk), name) for pk, name in names]
        return self.everyone[kind]

    def said(self) -> dict[tuple[str, str], str]:
        """Only what the person changed: the rest stays recognised by itself."""
        return {
            self.meanings[name]: self.cleaned_data[name]
            for name in self.changed_data
            if name in self.data
        }

    @property
    def read_columns(self):
        return [bound for bound in self.columns if bound.initial != Correspondence.SKIP]

    @property
    def other_columns(self):
        return [bound for bound in self.columns if bound.initial == Correspondence.SKIP]
