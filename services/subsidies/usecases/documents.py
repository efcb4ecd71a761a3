"""申报材料: kept with their hash in the database, as they came."""

from hashlib import sha256

from kit.auth import Principal
from kit.clock import now
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import RuleBroken, TooLarge, invalid, no_such
from kit.text import Text
from services.subsidies.rules.applications import ApplicationState
from services.subsidies.schemas.applications import DocumentAnswer, describe_document
from services.subsidies.store.applications import get_application, lock_application
from services.subsidies.store.documents import add_document, get_document, list_documents
from services.subsidies.tables import DocumentRecord

MAX_BYTES = 10 * 1024 * 1024
MAX_DOCUMENTS = 50
OPEN_STATES = (ApplicationState.DRAFT, ApplicationState.RETURNED)


def add_application_document(
    session: WriteSession,
    caller: Principal,
    application_id: str,
    *,
    name: str,
    media_type: str,
    content: bytes,
) -> DocumentAnswer:
    """Upload one, while the application is with the applicant; the same bytes are kept once."""
    application = lock_application(session, application_id)
    if application.uscc != caller.uscc:
        raise no_such("申报", "application", application_id)
    if application.state not in OPEN_STATES:
        raise RuleBroken(
            "documents_closed",
            Text(
                "材料只在起草和补正时上传",
                "documents are added to a draft or a returned application",
            ),
        )
    _check_size(session, application_id, content)
    document = DocumentRecord(
        id=new_id(),
        application_id=application_id,
        name=name[:300],
        media_type=media_type[:100],
        size=len(content),
        sha256=sha256(content).hexdigest(),
        content=content,
        uploaded_by=caller.client_id,
        uploaded_at=now(),
    )
    return describe_document(add_document(session, document))


def _check_size(session: WriteSession, application_id: str, content: bytes) -> None:
    if not content:
        raise invalid("/file", "empty_file", Text("文件是空的", "the file is empty"))
    if len(content) > MAX_BYTES or len(list_documents(session, application_id)) >= MAX_DOCUMENTS:
        raise TooLarge(
            "document_too_large",
            Text(
                "每个文件至多10 MiB，每项申报至多50个文件",
                "a file has at most 10 MiB, an application at most 50 files",
            ),
        )


def read_application_document(
    session: ReadSession, caller: Principal, application_id: str, document_id: str
) -> tuple[DocumentAnswer, bytes]:
    """The document and its bytes."""
    application = get_application(session, application_id)
    if not caller.sees_all and application.uscc != caller.uscc:
        raise no_such("申报", "application", application_id)
    document = get_document(session, application_id, document_id)
    return describe_document(document), document.content
