"""The lead’s pages: open, choose, look before, take back."""

import pytest

from actions.models import Publication
from ctg.convention.models import JournalEntry
from governance.models import PublicSite
from tests.factories.actions import make_action, make_objective, make_stake
from tests.factories.ctg import make_theme
from tests.factories.governance import make_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole(convention):
    """Makes actions that lack nothing."""
    theme = make_theme(convention)

    def make(**fields):
        fields = {"description": "Un forum par an.", "calendar": "2022"} | fields
        return make_action(convention, pilot=convention.epci, themes=[theme], **fields)

    return make


def published(*, among):
    return [action for action in among if Publication.objects.filter(action=action).exists()]


def test_opening_and_closing(camille, client, convention, url):
    camille.post(url("publication:open"))
    assert client.get(url("public:home")).status_code == 200

    camille.post(url("publication:close"))
    assert client.get(url("public:home")).status_code == 404
    verbs = JournalEntry.objects.filter(verb__startswith="public.").values_list("verb", flat=True)
    assert sorted(verbs) == ["public.closed", "public.opened"]


def test_settings_are_kept_and_a_wrong_address_says_so(camille, convention, url):
    wrong = camille.post(
        url("publication:home"), {"introduction": "Bienvenue", "contact_email": "pas une adresse"}
    )
    assert "Bienvenue" in wrong.content.decode()
    assert not PublicSite.objects.exists()

    camille.post(
        url("publication:home"), {"introduction": "Bienvenue", "contact_email": "ctg@ville.example"}
    )
    site = PublicSite.objects.get()
    assert (site.introduction, site.contact_email) == ("Bienvenue", "ctg@ville.example")
    assert (site.is_open, site.shows_grants) == (False, False)


def test_publishing_ticked_actions(camille, whole, url):
    one, two, three = whole(), whole(), whole()

    camille.post(url("publication:publish"), {"action": [one.code, three.code]})

    assert published(among=[one, two, three]) == [one, three]


def test_publishing_all_of_a_stake_leaves_the_others(camille, convention, whole, url):
    mine, other = make_stake(convention), make_stake(convention)
    one = whole(operational_objective=make_objective(convention, mine))
    two = whole(operational_objective=make_objective(convention, other))

    camille.post(url("publication:publish"), {"all_of": mine.pk})

    assert published(among=[one, two]) == [one]


def test_what_calls_for_a_look_is_shown_before_anything_is_published(camille, whole, url):
    clear, named = whole(), whole(description="Écrire à lea@ville.example")
    codes = [clear.code, named.code]

    asked = camille.post(url("publication:publish"), {"action": codes}).content.decode()

    assert "lea@ville.example" in asked and "Publier quand même" in asked
    assert published(among=[clear, named]) == []
    camille.post(url("publication:publish"), {"action": codes, "confirm": "clear"})
    assert published(among=[clear, named]) == [clear]
    camille.post(url("publication:publish"), {"action": codes, "confirm": "all"})
    assert published(among=[clear, named]) == [clear, named]


def test_a_public_action_that_names_a_person_is_listed_to_be_read_again(camille, whole, url):
    whole(description="Écrire à lea@ville.example", public=True)

    assert "lea@ville.example" in camille.get(url("publication:home")).content.decode()


def test_unpublishing_comes_back_to_the_stake(camille, whole, url):
    action = whole(public=True)

    answer = camille.post(
        url("publication:unpublish"), {"action": action.code, "stake": action.stake.pk}
    )

    assert answer.url == url("publication:stake", action.stake.pk)
    assert published(among=[action]) == []


@pytest.mark.parametrize("data", [{}, {"action": "A-999"}, {"all_of": "x"}])
def test_nothing_chosen_publishes_nothing(camille, whole, url, data):
    whole()

    answer = camille.post(url("publication:publish"), data, follow=True)

    assert "Aucune action nouvelle" in answer.content.decode()
    assert not Publication.objects.exists()


def test_a_review_is_shown_after_a_look(camille, cast, convention, url):
    data = {"text": "Merci à Mme Durand"}
    review = make_review(convention, published_by=cast["camille"], data=data)

    asked = camille.post(url("publication:show_review", review.pk)).content.decode()
    review.refresh_from_db()
    assert "Mme Durand" in asked and review.public_since is None

    camille.post(url("publication:show_review", review.pk), {"confirm": "1"})
    review.refresh_from_db()
    assert review.public_since is not None


def test_a_stake_page_counts_the_same_queries_for_one_and_three(
    camille, whole, url, django_assert_max_num_queries
):
    stake = whole().stake
    address = url("publication:stake", stake.pk)
    camille.get(address)
    with django_assert_max_num_queries(20) as one:
        camille.get(address)
    for _ in range(2):
        whole()
    with django_assert_max_num_queries(len(one)):
        camille.get(address)
