"""Which house owns which address. The one table: everything else is the gateway's own."""

from collections.abc import Mapping

_NAMES: Mapping[str, tuple[str, ...]] = {
    "achievements": (
        "achievements",
        "imports",
        "import-mappings",
        "import-templates",
        "instruments",
        "researchers",
        "rd-expenditures",
        "platforms",
        "awards",
        "award-calls",
        "acts",
        "nominations",
        "organizations",
        "duplicates",
        "duplicate-candidates",
        "demands",
        "bids",
        "matchmaking-events",
        "match-weights",
        "notices",
        "listings",
        "contracts",
        "brokers",
        "service-agencies",
        "appointments",
        "care-plans",
        "analytics",
        "changes",
        "exports",
        "oai",
        "operations",
    ),
    "subsidies": (
        "subsidies",
        "policies",
        "entitlements",
        "subsidy-applications",
        "public-notices",
        "city-payments",
        "suspected-doubles",
        "budgets",
        "disbursements",
    ),
    "credit": (
        "consents",
        "inquiries",
        "credit-facts",
        "credit-catalogue",
        "enterprises",
        "objections",
        "credit-repairs",
        "credit-notices",
        "credit-keys",
        "scorecards",
        "monitors",
        "audit",
    ),
}

HOUSES = tuple(_NAMES)

_OWNER: Mapping[str, str] = {name: house for house, names in _NAMES.items() for name in names}


_HARVESTING = "/oai"
"""Where harvesters look for OAI-PMH by habit; `/v1/oai` is the same."""


def find_owner(path: str) -> str | None:
    """The service that owns a decoded path `/v1/<name>/…`; None: the gateway itself."""
    if path == _HARVESTING:
        return "achievements"
    parts = path.split("/", 3)
    if len(parts) < 3 or parts[0] or parts[1] != "v1":
        return None
    return _OWNER.get(parts[2])


def is_plain_path(path: str) -> bool:
    """Whether a decoded path means what it says: no empty segment, no dot segment.

    Anything else is not passed on, so that no spelling of `..` can lead out of `/v1`. A backslash
    is a letter here (keys of a source may hold one), unless it would make a dot segment elsewhere.
    """
    segments = path.split("/")[1:]
    if segments and segments[-1] == "":
        segments.pop()
    dots = any(part in (".", "..") for segment in segments for part in segment.split("\\"))
    return not dots and "" not in segments
