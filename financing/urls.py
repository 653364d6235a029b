from django.urls import path

from financing.views import budget, facility, imports, lines, overview, payments, simulation

app_name = "financing"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("export/<slug:extension>/", overview.export, name="export"),
    path("import/", imports.import_lines, name="import"),
    path("annees/", overview.years, name="years"),
    path("gestionnaires/<int:pk>/", overview.manager, name="manager"),
    path("equipements/nouveau/", facility.create, name="facility_create"),
    path("equipements/<int:pk>/", facility.detail, name="facility"),
    path("equipements/<int:pk>/modifier/", facility.edit, name="facility_edit"),
    path("equipements/<int:pk>/convention/", facility.agreement_create, name="agreement_create"),
    path("conventions/<int:pk>/", facility.agreement_edit, name="agreement_edit"),
    path("activite/<int:year>/<slug:stage>/", lines.declare, name="declare"),
    path("montants/<int:year>/", lines.amounts, name="amounts"),
    path("montants/<int:year>/prevision/", lines.adopt, name="adopt"),
    path("montants/<int:year>/estimation/", lines.compute, name="compute"),
    path("versements/<int:year>/", payments.payment_list, name="payments"),
    path("versements/<int:year>/saisie/", payments.receive, name="receive"),
    path("versements/<int:pk>/corriger/", payments.correct, name="payment_correct"),
    path("calendrier/<int:year>/", payments.calendar, name="calendar"),
    path("echeances/", payments.deadline_list, name="deadlines"),
    path("echeances/<int:pk>/relancer/", payments.deadline_remind, name="remind"),
    path("simulations/", simulation.scenario_list, name="scenarios"),
    path("simulations/nouvelle/", simulation.create, name="scenario_create"),
    path("simulations/<int:pk>/", simulation.scenario, name="scenario"),
    path("simulations/<int:pk>/hypotheses/", simulation.edit, name="scenario_edit"),
    path("simulations/<int:pk>/prevision/", simulation.scenario_adopt, name="scenario_adopt"),
    path("simulations/<int:pk>/archiver/", simulation.scenario_archive, name="scenario_archive"),
    path("budgets/", budget.budgets, name="budgets"),
    path("actions/<str:code>/", budget.action, name="action"),
    path("actions/<str:code>/modifier/", budget.edit, name="action_edit"),
    path("baremes/", overview.rates, name="rates"),
]
