"""A browser without images, for measures: cookies, forms, the number of queries of each page."""

import time
from html.parser import HTMLParser
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, build_opener

from django.core.management.base import CommandError
from django.urls import reverse


class StayHere(HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


class Visitor:
    """A browser without images: cookies, forms, no redirection followed."""

    def __init__(self, address):
        self.address = address
        self.queries = 0  # of the last page
        self.opener = build_opener(HTTPCookieProcessor(), StayHere())

    def time(self, where, fields=None, expected=200):
        start = time.perf_counter()
        status, body = self.ask(where, fields)
        seconds = time.perf_counter() - start
        if status != expected:
            raise CommandError(f"{where} répond {status} au lieu de {expected}.")
        return seconds, len(body)

    def ask(self, where, fields=None):
        data = urlencode(fields, doseq=True).encode() if fields else None
        try:
            with self.opener.open(self.address + where, data, timeout=60) as response:
                self.queries = int(response.headers["X-Queries"])
                return response.status, response.read()
        except HTTPError as answer:
            with answer:
                self.queries = int(answer.headers["X-Queries"])
                return answer.code, answer.read()

    def read(self, where):
        page = Page()
        page.feed(self.ask(where)[1].decode())
        return page

    def sign_in(self, email):
        token = self.form(reverse("account_request_login_code"))["csrfmiddlewaretoken"]
        fields = {"email": email, "csrfmiddlewaretoken": token}
        self.time(reverse("demo_sign_in"), fields, expected=302)

    def form(self, where):
        """What the largest form of the page would send as it stands."""
        return max(self.read(where).forms, key=len)

    def first_link(self, where, start):
        return next(link for link in self.read(where).links if link.startswith(start))


class Page(HTMLParser):
    """The links of a page and, form by form, where it goes and the values it would send."""

    def __init__(self):
        super().__init__()
        self.links, self.forms, self.goals = [], [], []
        self.select = self.textarea = None

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        match tag:
            case "a":
                self.links.append(found.get("href") or "")
            case "form":
                self.forms.append({})
                self.goals.append((found.get("method") or "get", found.get("action") or ""))
            case "input":
                self.keep_input(found)
            case "textarea":
                self.textarea = found.get("name")
                self.keep(self.textarea, "")
            case "select":
                self.select = found.get("name")
            case "option" if "selected" in found:
                self.keep(self.select, found.get("value") or "")

    def keep_input(self, found):
        if found.get("type") not in ("checkbox", "radio"):
            self.keep(found.get("name"), found.get("value") or "")
        elif "checked" in found:
            self.keep(found.get("name"), found.get("value", "on"))

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.textarea = None

    def handle_data(self, text):
        if self.textarea:
            self.forms[-1][self.textarea][-1] += text.removeprefix("\n")

    def keep(self, name, value):
        if name and self.forms:
            self.forms[-1].setdefault(name, []).append(value)
