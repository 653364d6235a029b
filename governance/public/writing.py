"""The bytes of each file of open data."""

import io
import json
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from actions.publication.contents import published_until
from ctg.convention.models import Commune
from ctg.spreadsheets import Column, Sheet, write
from financing.exports import write_scdl_grants
from financing.grants import published
from governance.models import PublicSite
from governance.public.datasets import GRANTS, Dataset, offered

LICENCE = {
    "name": "etalab-2.0",
    "title": "Licence Ouverte 2.0",
    "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
}
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "geojson": "application/geo+json",
}
DATE_IN_CSV = "%d/%m/%Y"


def content(site: PublicSite, dataset: Dataset, extension: str) -> bytes:
    """KeyError for a format this file does not have."""
    if extension not in dataset.formats:
        raise KeyError(extension)
    if dataset is GRANTS:
        return _scdl(site)
    return {"csv": _csv, "json": _json, "geojson": _geojson}[extension](site, dataset)


def _csv(site: PublicSite, dataset: Dataset) -> bytes:
    columns = [Column(field.name, field.plain, field.kind) for field in dataset.fields]
    target = io.BytesIO()
    write("csv", target, Sheet(dataset.title, columns, dataset.rows(site.convention)))
    return target.getvalue()


def _scdl(site: PublicSite) -> bytes:
    target = io.StringIO()
    write_scdl_grants(target, published(site.convention).order_by("agreed_on", "pk"))
    return target.getvalue().encode()


def _json(site: PublicSite, dataset: Dataset) -> bytes:
    return _dumped(
        {
            "convention": site.convention.name,
            "licence": LICENCE["title"],
            "mise_a_jour": published_until(site.convention),
            dataset.name: [_record(dataset, row) for row in dataset.rows(site.convention)],
        }
    )


def _geojson(site: PublicSite, dataset: Dataset) -> bytes:
    return _dumped(
        {
            "type": "FeatureCollection",
            "name": f"{dataset.title}, {site.convention.name}",
            "features": [
                {
                    "type": "Feature",
                    "id": line.commune.insee_code,
                    "geometry": _geometry(line.commune),
                    "properties": _record(dataset, line),
                }
                for line in dataset.rows(site.convention)
            ],
        }
    )


def _record(dataset: Dataset, row: Any) -> dict[str, Any]:
    return {field.name: field.value(row) for field in dataset.fields}


def _geometry(commune: Commune) -> dict[str, Any] | None:
    """Longitude first, in degrees (WGS 84); None when nobody gave where it is."""
    if commune.contour:
        return commune.contour
    if commune.latitude is None or commune.longitude is None:
        return None
    return {"type": "Point", "coordinates": [commune.longitude, commune.latitude]}


class Encoder(DjangoJSONEncoder):
    """Figures as figures, with the decimals they are kept with."""

    def default(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else float(value)
        return super().default(value)


def _dumped(value: Any) -> bytes:
    return json.dumps(value, cls=Encoder, ensure_ascii=False, indent=1).encode()


def catalogue(site: PublicSite) -> bytes:
    """A Data Package: what each file holds, for machines."""
    convention = site.convention
    home = f"{settings.SITE_URL}/public/{convention.slug}/"
    return _dumped(
        {
            "name": f"ctg-{convention.slug}",
            "title": f"{convention.name}, {convention.period_label}",
            "homepage": home,
            "licenses": [LICENCE],
            "publisher": convention.epci.name,
            "modified": published_until(convention),
            "resources": [
                _resource(home, dataset, extension)
                for dataset in offered(site)
                for extension in dataset.formats
            ],
        }
    )


def _resource(home: str, dataset: Dataset, extension: str) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "name": f"{dataset.name}-{extension}",
        "title": dataset.title,
        "description": dataset.description,
        "path": f"{home}donnees/{dataset.name}.{extension}",
        "format": extension,
        "mediatype": MEDIA_TYPES[extension].split(";")[0],
        "encoding": "utf-8",
    }
    if dataset.schema:
        return resource | {"schema": dataset.schema}
    in_csv = extension == "csv"
    if in_csv:
        resource["dialect"] = {"delimiter": ";"}
    return resource | {"schema": {"fields": [_described(f, in_csv) for f in dataset.fields]}}


def _described(field, in_csv: bool) -> dict[str, Any]:
    described = {"name": field.name, "type": field.type, "description": field.description}
    if not in_csv:
        return described
    hints: dict[str, dict[str, Any]] = {
        "date": {"format": DATE_IN_CSV},
        "number": {"decimalChar": ","},
        "boolean": {"trueValues": ["oui"], "falseValues": ["non"]},
        "array": {"type": "string"},
    }
    return described | hints.get(field.type, {})
