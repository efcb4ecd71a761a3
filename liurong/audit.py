"""`liurong audit`: what an auditor does at the machine, without the web."""

from contextlib import ExitStack
from pathlib import Path

from sqlalchemy.engine import make_url

from kit.embedded import find_running
from kit.settings import Settings
from liurong.database import folder_of, open_database_server
from liurong.houses import HouseName, create_house
from services.credit.schemas.access_log import VerificationAnswer
from services.credit.usecases.access_log import verify_access_log


def verify_audit(settings: Settings, anchors: Path | None) -> VerificationAnswer:
    """Walk the access log of credit, whether the platform runs or not.

    `anchors` is the auditor's own copy of the anchors, to be followed instead of this machine's.
    """
    if anchors is not None and not anchors.is_file():
        raise FileNotFoundError(f"there is no file {anchors}")
    with ExitStack() as stack:
        url = _find_url(settings) or stack.enter_context(open_database_server(settings)).url
        near = settings.model_copy(update={"database_url": url})
        database = create_house(HouseName.CREDIT, near).state.database
        stack.callback(database.close)
        with database.read() as session:
            return verify_access_log(session, anchors)


def describe_verification(answer: VerificationAnswer) -> str:
    """What was found, in two lines."""
    noted = answer.anchors
    lines = [f"{answer.entries} entries; {noted.lines} anchors, the last {noted.last_hash}"]
    if noted.broken_at is not None:
        lines.append(f"BROKEN: line {noted.broken_at} of the anchors does not hold")
    broken = answer.first_broken
    if broken is not None:
        lines.append(
            f"BROKEN: {broken.why} at entry {broken.seq} of {broken.uscc} ({broken.entry_id})"
        )
    return "\n".join([*lines, "the access log is whole"] if answer.ok else lines)


def _find_url(settings: Settings) -> str | None:
    """The database that is named, or our own where it runs already."""
    if settings.database_url is not None:
        return settings.database_url
    running = find_running(folder_of(settings))
    if running is None:
        return None
    return make_url(running).set(database="liurong").render_as_string(hide_password=False)
