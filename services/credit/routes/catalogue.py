"""信用信息目录."""

from kit.http import HouseRouter
from services.credit.schemas.catalogue import CatalogueAnswer
from services.credit.usecases import catalogue

router = HouseRouter(prefix="/v1/credit-catalogue", tags=["credit-catalogue"])


@router.get("", summary="信用信息目录 · What may be known of an enterprise")
def get_catalogue() -> CatalogueAnswer:
    """Items, suppliers, disclosure, freshness; and the purposes a consent may name."""
    return catalogue.show_catalogue()
