from rest_framework.pagination import PageNumberPagination

from ctg.numbers import whole_number
from ctg.rest.problems import QueryRefused


class Pages(PageNumberPagination):
    """``?page=2&page_size=100``; what asks for more than the maximum is refused, not cut."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"

    def get_page_size(self, request):
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        size = whole_number(asked)
        if size is None or not 1 <= size <= self.max_page_size:
            raise QueryRefused({"page_size": f"Un nombre de 1 à {self.max_page_size}."})
        return size

    def get_schema_operation_parameters(self, view):
        page, size = super().get_schema_operation_parameters(view)
        page["schema"] |= {"minimum": 1}
        size["schema"] |= {"minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        page["description"] = "Le rang de la page."
        size["description"] = f"Le nombre d’éléments par page, {self.max_page_size} au plus."
        return [page, size]
