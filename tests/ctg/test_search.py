import pytest

from ctg import search
from ctg.search import Document, Index, kept, marked

SHEETS = [
    "A-31 · Ouvrir des permanences de conseillers numériques dans les mairies",
    "A-32 · Former les agents d’accueil",
    "A-46 · Créer un Laep itinérant",
    "A-07 · Ouvrir des cafés des parents aux portes des écoles",
]


@pytest.fixture
def index():
    documents = [Document("Actions", pk, title) for pk, title in enumerate(SHEETS)]
    text = "Un lieu d’accueil pour les tout-petits, gratuit et sans inscription. " * 6
    return Index([*documents, Document("Objectifs", 9, "3.4 Cœur de bourg", text)])


def found(index, text, **options):
    return [hit.document.pk for hit in index.find(text, **options)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("numériques", [0]),
        ("numeriques", [0]),
        ("NUMÉRIQUES", [0]),
        ("numé", [0]),
        ("permanances", [0]),  # a slip
        ("ecole", [3]),  # accent, singular
        ("a-31", [0]),
        ("coeur", [9]),
        ("les cafés", [3]),  # small words ask nothing
        ("accueil agents", [1]),
        ("accueil", [1, 9]),  # the title before the text
        ("zzz", []),
        ("", []),
    ],
)
def test_search_forgives(index, text, expected):
    assert found(index, text) == expected


def test_search_keeps_to_the_kinds_one_may_read(index):
    assert found(index, "accueil", kinds=["Objectifs"]) == [9]


def test_hit_marks_what_was_found_and_escapes_the_rest(index):
    document = Document("Actions", 1, "<b>Café</b> des parents", "Le café <i>ouvre</i> à 9 h.")
    (hit,) = Index([document]).find("cafe")

    assert hit.title == "&lt;b&gt;<mark>Café</mark>&lt;/b&gt; des parents"
    assert hit.excerpt == "Le <mark>café</mark> &lt;i&gt;ouvre&lt;/i&gt; à 9 h."
    assert marked("Rien", {"cafe"}) == "Rien"


def test_excerpt_is_cut_around_the_word(index):
    text = "mot " * 100 + "ludothèque " + "fin " * 100
    (hit,) = Index([Document("Actions", 1, "Titre", text)]).find("ludotheque")

    assert hit.excerpt.startswith("… mot")
    assert "<mark>ludothèque</mark>" in hit.excerpt
    assert hit.excerpt.endswith(" …")
    assert len(hit.excerpt) < 260


def test_index_is_built_again_when_its_version_changes():
    built = []

    def documents():
        built.append(1)
        return [Document("Actions", 1, "Titre")]

    first = kept("clé", 1, documents)

    assert kept("clé", 1, documents) is first
    assert kept("clé", 2, documents) is not first
    assert len(built) == 2


def test_few_indexes_are_kept():
    for number in range(search.INDEXES_KEPT + 5):
        kept(number, 1, list)

    assert len(search._kept) == search.INDEXES_KEPT
