import pytest

from ctg.convention.rights import Role
from tests.factories.ctg import make_member
from tests.factories.reviews import make_plan


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def plan(convention):
    return make_plan(convention)


@pytest.fixture
def lead(convention):
    return make_member(convention, Role.LEAD, first_name="Camille")
