from django.urls import path

from governance.views import calendar

urlpatterns = [
    path("", calendar.mine, name="my_calendar"),
    path("<str:token>.ics", calendar.calendar_feed, name="calendar_feed"),
]
