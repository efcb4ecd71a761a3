"""Optimistic locking: every thing has a version, its ETag is `"<version>"` (RFC 9110 §8.8.3)."""

from hashlib import sha256

from kit.errors import PreconditionMissing, Stale
from kit.text import Text


def etag_of(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def etag_of_text(text: str) -> str:
    """The entity tag of a thing that is calculated when it is read, by what it says."""
    return f'"{sha256(text.encode()).hexdigest()[:16]}"'


def names_tag(header: str, tag: str) -> bool:
    """Whether an If-Match or If-None-Match names this entity tag, or any."""
    named = {one.strip().removeprefix("W/") for one in header.split(",")}
    return not named.isdisjoint({"*", tag.removeprefix("W/")})


def require_match(if_match: str | None, version: int) -> None:
    """Refuse a change that does not say which version it changes, or names an old one."""
    if if_match is None:
        raise PreconditionMissing(
            "precondition_required",
            Text(
                "请在 If-Match 中给出所读版本的 ETag，以免覆盖他人的修改",
                "send If-Match with the ETag you read, so that nobody's change is overwritten",
            ),
        )
    match_if_given(if_match, version)


def match_if_given(if_match: str | None, version: int) -> None:
    """The same where naming the version is optional (upserts by source)."""
    if if_match is None:
        return
    if not names_tag(if_match, etag_of(version)):
        raise Stale(
            "version_stale",
            Text(
                f"该内容已被修改，当前版本为 {etag_of(version)}，请重新读取",
                f"it has changed meanwhile; the current version is {etag_of(version)}",
            ),
            current=etag_of(version),
        )
