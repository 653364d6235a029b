"""How figures, dates and texts are written in French. Plain functions on plain values."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils.timezone import is_aware, localtime

NBSP = "\u00a0"  # before : ; ? ! » € % and after «
THIN = "\u202f"  # between thousands
MINUS = "\u2212"
NOTHING = "—"

MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
)
SHORT_MONTHS = "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split()


def decimal(value) -> Decimal | None:
    return None if value is None or value == "" else Decimal(str(value))


def rounded(value: Decimal, places: int) -> Decimal:
    """Half up, as an invoice is rounded."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def digits(value: Decimal) -> str:
    text = f"{abs(value):,f}".replace(",", THIN).replace(".", ",")
    return f"{MINUS}{text}" if value < 0 else text


def number(value) -> str:
    """12.50 → « 12,5 », 1962 → « 1 962 », None → « — »."""
    value = decimal(value)
    if value is None:
        return NOTHING
    text = digits(value)
    return text.rstrip("0").rstrip(",") if "," in text else text


def percent(value) -> str:
    """On a scale of 0 to 100, to the nearest whole: 69.5 → « 70 % »."""
    value = decimal(value)
    return NOTHING if value is None else f"{digits(rounded(value, 0))}{NBSP}%"


def money(value, cents: str = "") -> str:
    """Cents are shown when there are some, or always with the argument "cents"."""
    value = decimal(value)
    if value is None:
        return NOTHING
    value = rounded(value, 2)
    whole = value == value.to_integral_value() and not cents
    return f"{digits(rounded(value, 0) if whole else value)}{NBSP}€"


def signed_money(value, cents: str = "") -> str:
    """A difference: « + 28 500 € », « − 22 800 € », « 0 € »."""
    value = decimal(value)
    if value is None or value == 0:
        return money(value, cents)
    return f"{'+' if value > 0 else MINUS}{THIN}{money(abs(value), cents)}"


def money_short(value) -> str:
    """For headlines: « 1,92 M€ », « 612 k€ », below ten thousand euros « 9 500 € »."""
    value = decimal(value)
    if value is None:
        return NOTHING
    if abs(value) >= 999_500:
        return f"{number(rounded(value / 1_000_000, 2))}{NBSP}M€"
    if abs(value) >= 10_000:
        return f"{number(rounded(value / 1_000, 0))}{NBSP}k€"
    return money(rounded(value, 0))


def has_cents(value) -> bool:
    value = decimal(value)
    return value is not None and value != value.to_integral_value()


def day_of(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return localtime(value).date() if is_aware(value) else value.date()
    return value


def day_number(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def french_date(value) -> str:
    """« 3 mars 2020 », « 1er mars 2020 »."""
    return f"{french_day(value)} {day_of(value).year}" if value else ""


def french_day(value) -> str:
    """« 3 mars », « 1er mars »."""
    if not value:
        return ""
    day = day_of(value)
    return f"{day_number(day)} {MONTHS[day.month - 1]}"


def short_date(value) -> str:
    """« 12 janv. 2023 »."""
    if not value:
        return ""
    day = day_of(value)
    return f"{day_number(day)} {SHORT_MONTHS[day.month - 1]} {day.year}"


def typeset(text: str) -> str:
    """French spaces in a text that people typed; 10:42 and https:// are left alone."""
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    text = re.sub(r"«[ \u00a0\u202f]*(?=\S)", f"«{NBSP}", text)
    text = re.sub(r"(?<=\S)[ \u00a0\u202f]*»", f"{NBSP}»", text)
    text = re.sub(r"(?<=\S)[ \u00a0\u202f]+(?=[:;?!%€](?:\W|$))", NBSP, text)
    return re.sub(r"(?<=[\w)])(?=[:;?!](?:\s|$))", NBSP, text)


def shortened(text: str, most: int) -> str:
    """Whole words and « … » in at most so many characters; a word longer than that is cut."""
    text = re.sub(r"[ \t\r\n]+", " ", text).strip()
    if len(text) <= most:
        return text
    words = text[:most].rpartition(" ")[0] or text[: most - 1]
    return words.rstrip(f" {NBSP},;:.…—–") + "…"


def counted(count: int, singular: str, plural: str) -> str:
    """« 1 action », « 1 200 actions »; zero is singular in French."""
    return f"{number(count)}{NBSP}{singular if count < 2 else plural}"


def of(name: str) -> str:
    """« d’Auzielle », « de Labège », « du Sicoval » is not known: names come without article."""
    return f"d’{name}" if re.match(r"[aâàeéèêëiîïoôuûüyœæh]", name, re.IGNORECASE) else f"de {name}"


def clock(at: datetime) -> str:
    """« 16 h 25 », « 9 h » in local time."""
    at = localtime(at) if is_aware(at) else at
    return f"{at.hour}{NBSP}h" + (f"{NBSP}{at:%M}" if at.minute else "")


def french_moment(at: datetime | None) -> str:
    """« 3 mars 2020 à 16 h 25 »."""
    return f"{french_date(at)} à {clock(at)}" if at else ""
