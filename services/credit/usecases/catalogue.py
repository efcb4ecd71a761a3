"""The catalogue of credit facts."""

from services.credit.schemas.catalogue import CatalogueAnswer, describe_catalogue
from services.credit.store.catalogue import get_catalogue


def show_catalogue() -> CatalogueAnswer:
    """目录: what may be known, from whom, shown to whom, how long."""
    return describe_catalogue(get_catalogue())
