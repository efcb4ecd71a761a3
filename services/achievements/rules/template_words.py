"""What an import template says above and beside its columns, in Chinese and in English."""

from collections.abc import Mapping

from kit.text import Language, Text
from services.achievements.rules.header_words import REQUIRED, SYNONYMS
from services.achievements.rules.headers import chinese_name
from services.achievements.rules.kinds import ImportKind

_SPELLED = {"trl": "TRL", "uscc": "USCC", "usccs": "USCCs", "orcid": "ORCID", "orcids": "ORCIDs"}
_LIST = "in the order of the organisations"
HINTS: Mapping[str, Text] = {
    "completed_on": Text("如 2024-03-01、2024.3、2024年3月", "as 2024-03-01 or 2024.3"),
    "asking_price_yuan": Text("单位为元；也可写 50万元", "in yuan"),
    "contributors": Text(
        "多人用顿号、逗号或分号分隔，按排名顺序", "several: commas or semicolons, in their rank"
    ),
    "organizations": Text(
        "多个单位用顿号、逗号或分号分隔，按排名顺序", "several: commas or semicolons, in their rank"
    ),
    "organization_usccs": Text(
        "18位统一社会信用代码，与完成单位顺序一致", f"18 characters each, {_LIST}"
    ),
    "patents": Text(
        "多个用顿号分隔，含校验位，如 ZL201710601862.3",
        "with the check digit, as ZL201710601862.3; several: commas",
    ),
    "keywords": Text("多个用顿号或分号分隔", "several: commas or semicolons"),
    "trl": Text("1-9", "1-9"),
    "indicator_lines": Text("每行一项，写成“名称：要求”", "one a line, as name: what is asked"),
    "budget_yuan": Text("单位为元；也可写 50万元", "in yuan"),
    "total_yuan": Text(
        "成交额不少于技术交易额；单位为元，也可写 50万元",
        "in yuan; not less than the technology part",
    ),
    "seller_kind": Text("不填则按卖方性质代码判断", "else judged by the seller's nature"),
    "buyer_kind": Text("不填则按买方性质代码判断", "else judged by the buyer's nature"),
    "invited": Text(
        "仅受邀单位可见时填写，多个用顿号分隔", "USCCs, where only the invited may see it"
    ),
    "property_kinds": Text(
        "与专利号顺序一致，如 发明专利、软件著作权；不填按专利号判断",
        "in the order of the patents; else judged by the numbers",
    ),
    "property_statuses": Text(
        "与专利号顺序一致，如 已授权；未知写 无", "in the order of the patents; unknown: n/a"
    ),
    "co_builders": Text(
        "没有共建单位写 无；不清楚留空", "n/a where there are none; empty: not known"
    ),
    "visibility": Text(
        "公开、会员可见、不公开、涉密；不填为该类默认", "empty: the default of the kind"
    ),
    "embargo_until": Text(
        "此日之前只有本单位和主管部门可见", "until that day the owner and the bureau alone see it"
    ),
    "hidden_fields": Text(
        "只有本单位和主管部门可见的字段，用顿号分隔",
        "fields for the owner and the bureau alone; several: commas",
    ),
}


def list_headers(kind: ImportKind, language: Language) -> list[tuple[str, str]]:
    """The columns of the template: field and header, required ones marked."""
    name = _english_name if language is Language.EN else _chinese_name
    fields = [field for field in SYNONYMS[kind] if field != "owner_uscc"]
    return [(one, name(kind, one) + ("*" if one in REQUIRED[kind] else "")) for one in fields]


def _chinese_name(kind: ImportKind, field: str) -> str:
    return chinese_name(kind, field) + ("（元）" if field.endswith("_yuan") else "")


def _english_name(_: ImportKind, field: str) -> str:
    """The name of the field as people write it, which the import reads as any other header."""
    words = [_SPELLED.get(word, word) for word in field.removesuffix("_yuan").split("_")]
    unit = " (yuan)" if field.endswith("_yuan") else ""
    first, *rest = words
    return " ".join([first[0].upper() + first[1:], *rest]) + unit
