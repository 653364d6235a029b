from django.shortcuts import render

from governance.dashboard import build_dashboard


def home(request):
    dashboard = build_dashboard(request.convention, request.access)
    greeting = f"Bonjour {request.user.first_name}".strip()
    return render(request, "governance/home.html", {"dashboard": dashboard, "greeting": greeting})
