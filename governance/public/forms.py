from django import forms

from governance.models import PublicSite


class SiteForm(forms.ModelForm):
    class Meta:
        model = PublicSite
        fields = ["introduction", "contact_email", "shows_grants"]
        widgets = {"introduction": forms.Textarea(attrs={"rows": 4})}
