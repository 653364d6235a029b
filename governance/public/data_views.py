from django.http import Http404, HttpResponse

from actions.publication.contents import published_until
from governance.public.datasets import DATASETS, offered
from governance.public.door import draw, public_page
from governance.public.writing import LICENCE, MEDIA_TYPES, catalogue, content


@public_page()
def data(request):
    site = request.public_site
    return draw(
        request,
        "data",
        datasets=offered(site),
        licence=LICENCE,
        changed_at=published_until(site.convention),
    )


@public_page()
def download(request, name, extension):
    site, dataset = request.public_site, DATASETS.get(name)
    if dataset is None or not dataset.is_offered(site) or extension not in dataset.formats:
        raise Http404("Ce fichier n’existe pas.")
    answer = _data(content(site, dataset, extension), extension)
    file = f"{name}-{site.convention.slug}.{extension}"
    answer["Content-Disposition"] = f'attachment; filename="{file}"'
    return answer


@public_page()
def datapackage(request):
    return _data(catalogue(request.public_site), "json")


def _data(content, extension):
    """Pages of other sites may read it too."""
    headers = {"Access-Control-Allow-Origin": "*"}
    return HttpResponse(content, content_type=MEDIA_TYPES[extension], headers=headers)
