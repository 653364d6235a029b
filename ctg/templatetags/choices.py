"""Inputs and choices written in Python: a form shows hundreds, a template for each is slow.

Python’s own escape() for the same reason: Django’s weighs each value for a lazy text.
"""

from html import escape

from django import template
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.safestring import SafeData, SafeString, mark_safe

register = template.Library()


@register.simple_tag
def select_options(groups) -> SafeString:
    """The <option> of each choice; ``groups`` as a widget gives them: (name, choices, index)."""
    return mark_safe("".join(_group(name, choices) for name, choices, _ in groups))


def _group(name, choices):
    written = "".join(
        f'\n  <option value="{escape(str(choice["value"]))}"{_attributes(choice["attrs"])}>'
        f"{_escaped(_in_words(choice['label']))}</option>"
        for choice in choices
    )
    return f'<optgroup label="{_escaped(name)}">{written}</optgroup>' if name else written


def _in_words(label):
    """Django’s row of dashes says nothing to whoever listens to the page."""
    return "Choisir…" if label == BLANK_CHOICE_DASH[0][1] else label


@register.simple_tag
def input_tag(widget) -> SafeString:
    own = {"type": widget["type"], "name": widget["name"]}
    if widget["value"] is not None:
        own["value"] = str(widget["value"])
    return mark_safe(f"<input{_attributes(own | widget['attrs'])}>")


@register.simple_tag
def input_options(groups) -> SafeString:
    """A checkbox or a radio button for each choice, inside its label."""
    return mark_safe("".join(_input(choice) for _, choices, _ in groups for choice in choices))


def _input(choice):
    attributes = {"type": choice["type"], "name": choice["name"], "value": str(choice["value"])}
    target = _attributes({"for": choice["attrs"].get("id")})
    drawn = _attributes(attributes | choice["attrs"])
    return f"<div><label{target}><input{drawn}> {_escaped(choice['label'])}</label></div>\n"


def _attributes(named):
    """As Django writes them: True is the name alone, None and False are nothing."""
    return "".join(
        f" {name}" if value is True else f' {name}="{_escaped(value)}"'
        for name, value in named.items()
        if value is not None and value is not False
    )


def _escaped(text):
    return text if isinstance(text, SafeData) else escape(str(text))
