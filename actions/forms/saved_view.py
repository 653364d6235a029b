from django import forms

from actions.models import SavedView


class SavedViewForm(forms.ModelForm):
    """A name of the person’s own, at most once among her views of the convention."""

    class Meta:
        model = SavedView
        fields = ["name", "is_shared"]
        labels = {"name": "Nom de la vue", "is_shared": "Partager avec les membres"}

    def _get_validation_exclusions(self):
        """The name is checked against the owner’s other views, though the form shows neither."""
        return super()._get_validation_exclusions() - {"convention", "owner"}
