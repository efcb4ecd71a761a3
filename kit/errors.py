"""What can go wrong, in words of the domain; `kit.problems` alone turns it into HTTP.

DomainError
├── InvalidInput          the words on the wire cannot be read or contradict each other
├── Unauthenticated       nobody knows who is calling
├── Forbidden             known, but not allowed
├── NotFound              no such thing, or none that this caller may see
├── RuleBroken            the step is not open now; says which are
├── Stale                 somebody else changed it meanwhile
├── PreconditionMissing   say which version you are changing
├── TooLarge              more than the platform takes in one piece
├── UnsupportedMedia      a kind of content nobody here reads
├── TooManyRequests       slow down
└── Unavailable           another part is down; try again
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kit.text import Text


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong place of an input: a JSON pointer (RFC 6901), a code and what to do."""

    pointer: str
    code: str
    message: Text


class DomainError(Exception):
    """Root of all expected errors: a code for programs, a sentence for people.

    `keep=True` means that what was written before the refusal stays written
    (a refused look at a credit profile is itself a fact to be kept).
    """

    def __init__(
        self,
        code: str,
        detail: Text,
        *,
        faults: Sequence[Fault] = (),
        keep: bool = False,
        **facts: object,
    ) -> None:
        super().__init__(f"{code}: {detail.en}")
        self.code = code
        self.detail = detail
        self.faults = tuple(faults)
        self.keep = keep
        self.facts = facts

    def __reduce__(self) -> tuple[object, ...]:
        # A refusal also travels between processes (a helper that reads a file for a job).
        return _rebuild, (type(self), self.code, self.detail, self.faults, self.keep, self.facts)


class InvalidInput(DomainError):
    """The input cannot be read, or its parts contradict each other."""


class Unauthenticated(DomainError):
    """No token, or one that proves nothing."""


class Forbidden(DomainError):
    """The caller is known and may not do this."""


class NotFound(DomainError):
    """No such thing, or none this caller may know of."""


class RuleBroken(DomainError):
    """The law of the thing does not allow this step now."""


class Stale(DomainError):
    """The thing has changed since the caller read it."""


class PreconditionMissing(DomainError):
    """The caller must say which version it is changing."""


class TooLarge(DomainError):
    """More than is taken in one piece."""


class UnsupportedMedia(DomainError):
    """Content of a kind that is not read here."""


class TooManyRequests(DomainError):
    """More than the caller's share."""


class Unavailable(DomainError):
    """Another part of the platform does not answer just now."""


def _rebuild(
    kind: type[DomainError],
    code: str,
    detail: Text,
    faults: Sequence[Fault],
    keep: bool,
    facts: dict[str, object],
) -> DomainError:
    return kind(code, detail, faults=faults, keep=keep, **facts)


def invalid(pointer: str, code: str, message: Text) -> InvalidInput:
    """An input with exactly one wrong place."""
    return InvalidInput("invalid_input", message, faults=[Fault(pointer, code, message)])


def no_such(zh: str, en: str, key: str) -> NotFound:
    """The usual answer to an unknown id; `zh` and `en` name the kind of thing."""
    return NotFound("not_found", Text(f"没有找到{zh}「{key}」", f"there is no {en} {key!r}"))
