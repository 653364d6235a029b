import pytest
from django.contrib.contenttypes.models import ContentType

from governance.archive.tables import our_models
from governance.archive.writing import write_archive


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def empty_place(settings, tmp_path):
    """Every row forgotten, as in an installation just made."""

    def forget():
        for model in our_models():
            model._base_manager.all()._raw_delete("default")
        ContentType.objects.clear_cache()
        settings.MEDIA_ROOT = tmp_path / "new"

    return forget


@pytest.fixture
def archived(tmp_path):
    def write(convention):
        path = tmp_path / "archive.zip"
        with path.open("wb") as target:
            write_archive(convention, target)
        return path

    return write
