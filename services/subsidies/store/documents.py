"""申报材料."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kit.db import WriteSession
from kit.errors import no_such
from services.subsidies.tables import DocumentRecord


def add_document(session: WriteSession, document: DocumentRecord) -> DocumentRecord:
    """The document, or the same bytes as they are kept already."""
    columns = {
        column.name: getattr(document, column.name) for column in DocumentRecord.__table__.columns
    }
    session.execute(insert(DocumentRecord).values(**columns).on_conflict_do_nothing())
    wanted = select(DocumentRecord).where(
        DocumentRecord.application_id == document.application_id,
        DocumentRecord.sha256 == document.sha256,
    )
    return session.scalars(wanted).one()


def get_document(session: Session, application_id: str, document_id: str) -> DocumentRecord:
    document = session.get(DocumentRecord, document_id)
    if document is None or document.application_id != application_id:
        raise no_such("材料", "document", document_id)
    return document


def list_documents(session: Session, application_id: str) -> list[DocumentRecord]:
    """From the first on, without their bytes."""
    wanted = select(DocumentRecord).where(DocumentRecord.application_id == application_id)
    return list(session.scalars(wanted.order_by(DocumentRecord.id)))
