"""Figures, dates and texts as French writes them."""

import re

from django import template
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeData, mark_safe

from ctg import french

register = template.Library()

for write in (
    *(french.money, french.signed_money, french.money_short, french.number, french.percent),
    *(french.french_date, french.french_day, french.short_date, french.clock),
    *(french.french_moment, french.shortened),
):
    register.filter(write.__name__, write)


@register.filter
def of(organization):
    return french.of(str(organization))


@register.filter(needs_autoescape=True)
def typography(text, autoescape=True):
    """A text that a person typed, with French spaces; safe markup is left alone."""
    if isinstance(text, SafeData):
        return text
    text = french.typeset(str(text or ""))
    return conditional_escape(text) if autoescape else text


@register.filter
def paragraphs(text):
    """A text that a person typed, as paragraphs; a return breaks the line."""
    blocks = re.split(r"\n\s*\n", str(text or "").replace("\r", "").strip())
    lines = [[typography(line.strip()) for line in block.split("\n")] for block in blocks if block]
    return format_html_join(
        "\n", "<p>{}</p>", ((format_html_join(mark_safe("<br>"), "{}", zip(p)),) for p in lines)
    )
