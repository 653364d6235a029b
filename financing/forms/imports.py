from django import forms

from ctg.spreadsheets import Unreadable, read_workbook
from financing.imports import rows_of
from financing.models import Stage

MOST_ROWS = 2_000


class SpreadsheetForm(forms.Form):
    """A sheet of facilities; ``rows`` are read as soon as it is valid."""

    year = forms.TypedChoiceField(label="Année des chiffres", coerce=int)
    stage = forms.ChoiceField(label="Ces quantités sont", choices=Stage.choices)
    file = forms.FileField(
        label="Tableur",
        help_text="xlsx, ods ou csv : une ligne par équipement, sous une ligne de titres. "
        "Un fichier exporté d’ici se relit tel quel.",
    )

    def __init__(self, *args, years, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, year) for year in years]

    def clean_file(self):
        file = self.cleaned_data["file"]
        try:
            grids = read_workbook(file, file.name)
        except Unreadable as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        found = next((rows for grid in grids if (rows := rows_of(grid))), [])
        if not found:
            raise forms.ValidationError(
                "Aucune colonne « Équipement » n’a été trouvée : donnez ce titre à celle des noms."
            )
        if len(found) > MOST_ROWS:
            raise forms.ValidationError(f"Ce fichier a plus de {MOST_ROWS} équipements.")
        self.rows = found
        return file
