from django.db import migrations


def keep_private(apps, schema_editor):
    """Signed agreements were open to every member."""
    documents = apps.get_model("convention", "Document").objects
    documents.filter(fundingagreement__isnull=False).update(is_private=True)


class Migration(migrations.Migration):
    dependencies = [
        ("financing", "0003_existing_place_floor"),
        ("convention", "0008_private_documents"),
    ]

    operations = [migrations.RunPython(keep_private, migrations.RunPython.noop)]
