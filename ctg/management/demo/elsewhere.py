"""Another territory, wholly fictional: so that one sees that its neighbour cannot enter."""

from datetime import date

from actions.models import Action, ActionPartner, OperationalObjective, Stake, StrategicObjective
from ctg.convention.models import Convention, Organization
from ctg.convention.rights import Role
from ctg.management.demo.cast import join, make_person
from ctg.management.demo.story import at

ADOPTED_ON = date(2021, 6, 1)
ACTIONS = (
    ("Ouvrir un relais petite enfance dans le haut du canton", Action.Status.ONGOING, 40),
    ("Réunir chaque trimestre les associations de loisirs", Action.Status.TODO, 0),
)


def write() -> Convention:
    epci = Organization.objects.create(
        name="Communauté de communes d’ailleurs (fictive)",
        short_name="Ailleurs (fictif)",
        kind=Organization.Kind.EPCI,
    )
    caf = Organization.objects.create(name="Caf d’ailleurs (fictive)", kind=Organization.Kind.CAF)
    convention = Convention.objects.create(
        slug="ailleurs-2021-2025",
        name="Convention Territoriale Globale d’ailleurs",
        short_name="CTG d’ailleurs",
        starts_on=date(2021, 1, 1),
        ends_on=date(2025, 12, 31),
        epci=epci,
        caf=caf,
        is_demo=True,
    )
    convention.organizations.add(epci, caf)
    noa = make_person("noa@demo.example", "Noa", function="Chef·fe de projet CTG")
    join(convention, noa, epci, Role.LEAD)
    _plan(convention)
    return convention


def _plan(convention):
    stake = Stake.objects.create(convention=convention, code="1", title="Grandir ici", position=1)
    strategic = StrategicObjective.objects.create(
        stake=stake, code="1.1", title="Accueillir les plus jeunes", position=1
    )
    objective = OperationalObjective.objects.create(
        strategic_objective=strategic, code="1.1.1", title="Rapprocher les services", position=1
    )
    actions = [
        Action(
            convention=convention,
            operational_objective=objective,
            code=f"A-{number:02d}",
            title=title,
            position=number,
            starts_on=ADOPTED_ON,
            status=status,
            status_on=ADOPTED_ON,
            progress=progress,
        )
        for number, (title, status, progress) in enumerate(ACTIONS, 1)
    ]
    Action.objects.bulk_create(actions)
    convention.actions.update(updated_at=at(ADOPTED_ON, 17))
    ActionPartner.objects.bulk_create(
        ActionPartner(action=action, organization=convention.epci, role=ActionPartner.Role.PILOT)
        for action in actions
    )
