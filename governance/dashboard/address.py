from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from ctg.convention.models import Convention


def address(convention: Convention, name: str, *args: Any, **query: Any) -> str:
    found = reverse(name, args=[convention.slug, *args])
    return f"{found}?{urlencode(query)}" if query else found
