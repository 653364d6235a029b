"""Bonus territoire: exact figures, rounded once, at the line, half up to the cent.

Rates, shares and thresholds are dated data, hence always arguments (25 % is written 0.25). Figures
are int, Decimal or Fraction: another type raises TypeError, an impossible value ValueError, both in
French. Inside they are fractions, because 115 000 / 85 has no exact decimal.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias, TypeVar

Exact: TypeAlias = int | Decimal | Fraction
Key = TypeVar("Key", int, str)

CENT = Fraction(1, 100)
NBSP, THOUSANDS = "\u00a0", "\u202f"
PLACE, NEW_PLACE = ("place", "places"), ("place nouvelle", "places nouvelles")
HOUR, NEW_HOUR = ("heure", "heures"), ("heure nouvelle", "heures nouvelles")
FULL_TIME, LUMP_SUM = ("ETP", "ETP"), ("forfait", "forfaits")


@dataclass(frozen=True)
class Amount:
    """Euros to the cent, and in French how they were reached: « 2 places × 1,50 € = 3,00 € »."""

    value: Decimal
    working: str


@dataclass(frozen=True)
class TerritoryRate:
    """Exact euros per existing place, and the envelope they make together, to the cent."""

    exact: Fraction
    envelope: Decimal
    working: str


@dataclass(frozen=True)
class Threshold:
    """From this growth on (0.04 for 4 %), each place brings `per_place` euros."""

    growth: Decimal
    per_place: Decimal


class InstalmentKind(StrEnum):
    ADVANCE = "advance"
    BALANCE = "balance"
    OVERPAYMENT = "overpayment"


@dataclass(frozen=True)
class ExpectedInstalment:
    kind: InstalmentKind
    amount: Amount


def territory_rate(
    *, reference_total: Exact, supported_places: Exact, floor: Exact
) -> TerritoryRate:
    """For one competent authority, facility type and year; without any place, the floor alone."""
    reference_total, floor = _exact("Montant", reference_total, floor)
    (supported_places,) = _exact("Places", supported_places)
    average = _per_place(reference_total, supported_places)
    rate = max(floor, average)
    working = f"{_euros(reference_total)} ÷ {_count(supported_places, PLACE)} = {_euros(average)}"
    if floor > average:
        working += f", relevé au plancher de {_euros(floor)}"
    return TerritoryRate(rate, _to_cents(rate * supported_places), working)


def smoothing(*, envelope: Exact, places: Mapping[Key, Exact]) -> dict[Key, Amount]:
    """Shares of the envelope by largest remainder on cents: they always add up to it.

    Equal remainders: the facility with more places first, then the smaller key.
    """
    (envelope,) = _exact("Enveloppe", envelope)
    if envelope % CENT:
        raise ValueError("L’enveloppe doit être un nombre entier de centimes.")
    counts = dict(zip(places, _exact("Places", *places.values()), strict=True))
    rate = _per_place(envelope, sum(counts.values(), Fraction(0)))
    remainders = {key: count * rate % CENT for key, count in counts.items()}
    cents_left = int(sum(remainders.values()) * 100)
    ranking = sorted(counts, key=lambda key: (-remainders[key], -counts[key], key))
    shares = {key: counts[key] * rate - remainders[key] for key in counts}
    for key in ranking[:cents_left]:
        shares[key] += CENT
    return {key: _line(_existing(counts[key], rate, shares[key])) for key in counts}


def eaje(
    *,
    existing_places: Exact,
    territory_rate: Exact,
    new_places: Exact,
    tranche_rate: Exact,
    share: Exact | None = None,
) -> Amount:
    """`share`, taken from `smoothing`, replaces existing places × rate; refused two cents away."""
    existing_places, new_places = _exact("Places", existing_places, new_places)
    territory_rate, tranche_rate = _exact("Tarif", territory_rate, tranche_rate)
    product = existing_places * territory_rate
    (share,) = _exact("Part lissée", product if share is None else share)
    if abs(share - product) >= 2 * CENT:
        raise ValueError("La part lissée ne correspond pas aux places et au tarif.")
    return _line(
        _existing(existing_places, territory_rate, share),
        _Term(new_places, NEW_PLACE, tranche_rate),
    )


def alsh(
    *,
    actual_hours: Exact,
    contracted_hours: Exact,
    hourly_rate: Exact,
    floor: Exact,
    new_hours: Exact,
    new_rate: Exact,
    cap_share: Exact,
) -> Amount:
    """Hours done within the contract, at the floor at least; new hours up to a share of it."""
    hours = _exact("Heures", actual_hours, contracted_hours, new_hours)
    actual_hours, contracted_hours, new_hours = hours
    hourly_rate, floor, new_rate = _exact("Tarif", hourly_rate, floor, new_rate)
    (cap_share,) = _shares(cap_share)
    cap = cap_share * contracted_hours
    contract = {
        "limite du contrat": actual_hours > contracted_hours,
        "tarif plancher": floor > hourly_rate,
    }
    capped = {f"plafond de {_percent(cap_share)} des heures du contrat": new_hours > cap}
    return _line(
        _Term(min(actual_hours, contracted_hours), HOUR, max(floor, hourly_rate), contract),
        _Term(min(new_hours, cap), NEW_HOUR, new_rate, capped),
    )


def lump_sum(*, agreed: Exact, full_time: Exact | None = None) -> Amount:
    """RPE, LAEP, ludothèque, coopération: the agreed sum, by full-time equivalents if any."""
    (agreed,) = _exact("Forfait", agreed)
    if full_time is None:
        return _line(_Term(Fraction(1), LUMP_SUM, agreed))
    (full_time,) = _exact("ETP", full_time)
    return _line(_Term(full_time, FULL_TIME, agreed))


def trajectory(*, initial_places: Exact, places: Exact, thresholds: Iterable[Threshold]) -> Amount:
    """The highest threshold reached since the initial places, paid on all the present places."""
    initial_places, places = _exact("Places", initial_places, places)
    if not initial_places:
        raise ValueError("Sans place au départ, la croissance ne se calcule pas.")
    growth = Fraction(places, initial_places) - 1
    steps = [(_shares(t.growth)[0], _exact("Tarif", t.per_place)[0]) for t in thresholds]
    reached, per_place = max(
        (step for step in steps if growth >= step[0]), default=(None, Fraction(0))
    )
    step = "aucun palier atteint" if reached is None else f"palier de {_percent(reached)}"
    since = {f"{step} depuis {_count(initial_places, PLACE)}": True}
    return _line(_Term(places, PLACE, per_place, since))


def instalments(
    *, forecast: Exact, advance_shares: Iterable[Exact], due: Exact
) -> tuple[ExpectedInstalment, ...]:
    """Advances on the forecast, then what settles the sum due (the forecast, until known)."""
    (forecast,) = _exact("Prévision", forecast)
    shares = _shares(*advance_shares)
    if sum(shares) > 1:
        raise ValueError(f"Les acomptes dépassent ensemble 100{NBSP}% de la prévision.")
    advances = [
        _amount(share * forecast, f"{_percent(share)} de {_euros(forecast)}") for share in shares
    ]
    return (
        *(ExpectedInstalment(InstalmentKind.ADVANCE, advance) for advance in advances),
        balance(due=due, paid=[advance.value for advance in advances]),
    )


def balance(*, due: Exact, paid: Iterable[Exact]) -> ExpectedInstalment:
    """What is still to be paid, or the overpayment to give back; never negative."""
    (due,) = _exact("Montant dû", due)
    total = sum(_exact("Versement", *paid), Fraction(0))
    if total > due:
        overpaid = _amount(total - due, f"{_euros(total)} versés − {_euros(due)} dus")
        return ExpectedInstalment(InstalmentKind.OVERPAYMENT, overpaid)
    left = _amount(due - total, f"{_euros(due)} dus − {_euros(total)} versés")
    return ExpectedInstalment(InstalmentKind.BALANCE, left)


@dataclass(frozen=True)
class _Term:
    """One product of a line; the notes that hold are read beside it."""

    quantity: Fraction
    unit: tuple[str, str]
    rate: Fraction
    notes: Mapping[str, bool] = field(default_factory=dict)
    share: Fraction | None = None

    @property
    def exact(self) -> Fraction:
        return self.quantity * self.rate if self.share is None else self.share

    def __str__(self) -> str:
        notes = ", ".join(note for note, holds in self.notes.items() if holds)
        product = f"{_count(self.quantity, self.unit)} × {_euros(self.rate)}"
        return f"{product} ({notes})" if notes else product


def _existing(places: Fraction, rate: Fraction, share: Fraction) -> _Term:
    moved = _to_cents(share) != _to_cents(places * rate)
    return _Term(places, PLACE, rate, {f"part lissée{NBSP}: {_euros(share)}": moved}, share)


def _line(*terms: _Term) -> Amount:
    told = [term for term in terms if term.quantity or any(term.notes.values())] or terms[:1]
    return _amount(sum((term.exact for term in terms), Fraction(0)), " + ".join(map(str, told)))


def _amount(exact: Fraction, working: str) -> Amount:
    value = _to_cents(exact)
    return Amount(value, f"{working} = {_euros(Fraction(value))}")


def _exact(label: str, *values: Exact) -> tuple[Fraction, ...]:
    for value in values:
        if type(value) not in (int, Decimal, Fraction):
            raise TypeError(f"{label}{NBSP}: {value!r} n’est ni un entier ni un décimal exact.")
        if isinstance(value, Decimal) and not value.is_finite():
            raise ValueError(f"{label}{NBSP}: {value} n’est pas un nombre fini.")
        if value < 0:
            raise ValueError(f"{label}{NBSP}: {value} est négatif.")
    return tuple(Fraction(value) for value in values)


def _shares(*values: Exact) -> tuple[Fraction, ...]:
    shares = _exact("Part", *values)
    if any(share > 1 for share in shares):
        raise ValueError(f"Une part va de 0 à 1{NBSP}: 0,25 pour 25{NBSP}%.")
    return shares


def _per_place(total: Fraction, places: Fraction) -> Fraction:
    if total and not places:
        raise ValueError("Sans place soutenue, le montant ne peut pas être réparti.")
    return Fraction(total, places or 1)


def _to_cents(exact: Fraction) -> Decimal:
    return Decimal(f"{int(exact * 100 + Fraction(1, 2))}e-2")


def _number(exact: Fraction, decimals: int = 0) -> str:
    """In full up to six decimals; beyond, cut after three and followed by « … »."""
    digits = next((n for n in range(decimals, 7) if exact * 10**n % 1 == 0), 3)
    whole, rest = divmod(int(exact * 10**digits), 10**digits)
    text = f"{whole:,}".replace(",", THOUSANDS) + (f",{rest:0{digits}}" if digits else "")
    return text if exact * 10**digits % 1 == 0 else text + "…"


def _euros(exact: Fraction) -> str:
    return f"{_number(exact, decimals=2)}{NBSP}€"


def _percent(share: Fraction) -> str:
    return f"{_number(share * 100)}{NBSP}%"


def _count(quantity: Fraction, unit: tuple[str, str]) -> str:
    singular, plural = unit
    return f"{_number(quantity)} {plural if quantity >= 2 else singular}"
