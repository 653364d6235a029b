import pytest

from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
)
from tests.factories.ctg import make_commune


@pytest.fixture
def campaign(convention):
    return make_campaign(convention)


@pytest.fixture
def action(convention):
    return make_action(convention, code="P-31", title="Ouvrir des permanences")


@pytest.fixture
def contribution(campaign, action, labege):
    return make_contribution(campaign, action, labege)


@pytest.fixture
def elsewhere(campaign, action, convention):
    """What another commune of the same convention is asked."""
    return make_contribution(campaign, action, make_commune("Auzeville", convention))


@pytest.fixture
def sent(campaign, action, labege, cast):
    return make_contribution(
        campaign, action, labege, state="submitted", submitted_by=cast["sacha"], done="Fait"
    )
