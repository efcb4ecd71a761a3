"""Products and mandates, and every version of them."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Row, Table, insert, select, update
from sqlalchemy.orm import Session

from gateway.tables import Product, ProductVersion
from kit.clock import now
from kit.db import ReadSession, WriteSession
from kit.errors import no_such

_PRODUCTS = cast(Table, Product.__table__)
_VERSIONS = cast(Table, ProductVersion.__table__)


def list_products(
    session: Session,
    stages: tuple[str, ...],
    *,
    limit: int = 1000,
    after_id: str | None = None,
    uscc: str | None = None,
    offered_only: bool = True,
) -> list[Row[Any]]:
    """In the order of entry."""
    query = select(_PRODUCTS).where(_PRODUCTS.c.stage.in_(stages)).order_by(_PRODUCTS.c.id)
    if after_id is not None:
        query = query.where(_PRODUCTS.c.id > after_id)
    if uscc is not None:
        query = query.where(_PRODUCTS.c.uscc == uscc)
    if offered_only:
        query = query.where(_PRODUCTS.c.offered)
    return list(session.execute(query.limit(limit)))


def find_product(session: Session, product_id: str) -> Row[Any] | None:
    """A product or mandate."""
    return session.execute(select(_PRODUCTS).where(_PRODUCTS.c.id == product_id)).one_or_none()


def get_product(session: Session, product_id: str, stages: tuple[str, ...]) -> Row[Any]:
    """One of these stages; raises NotFound."""
    row = find_product(session, product_id)
    if row is None or row.stage not in stages:
        raise no_such("产品", "product", product_id)
    return row


def lock_product(session: WriteSession, product_id: str) -> int:
    """The version of a product that nobody else can change until this transaction ends."""
    query = select(_PRODUCTS.c.version).where(_PRODUCTS.c.id == product_id).with_for_update()
    version: int = session.execute(query).scalar_one()
    return version


def add_product(session: WriteSession, values: Mapping[str, Any], actor: Mapping[str, Any]) -> None:
    """Enter a product with its first version."""
    session.execute(insert(_PRODUCTS).values(version=1, **values))
    _add_version(session, values, 1, actor, None)


def change_product(
    session: WriteSession,
    values: Mapping[str, Any],
    version: int,
    actor: Mapping[str, Any],
    reason: str | None,
) -> None:
    """A new version of a product; the old ones stay."""
    changed = update(_PRODUCTS).where(_PRODUCTS.c.id == values["id"])
    session.execute(changed.values(version=version, **values))
    _add_version(session, values, version, actor, reason)


def list_versions(session: ReadSession, product_id: str) -> list[Row[Any]]:
    """Every version of a product, in order."""
    query = select(_VERSIONS).where(_VERSIONS.c.product_id == product_id)
    return list(session.execute(query.order_by(_VERSIONS.c.version)))


def _add_version(
    session: WriteSession,
    values: Mapping[str, Any],
    version: int,
    actor: Mapping[str, Any],
    reason: str | None,
) -> None:
    session.execute(
        insert(_VERSIONS).values(
            product_id=values["id"],
            version=version,
            body=dict(values),
            actor=dict(actor),
            reason=reason,
            at=now(),
        )
    )
