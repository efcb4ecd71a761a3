"""Headers of files as people write them: which column means which field, and where they stand.

A header is compared without width, case, blanks, marks of being required, and what stands in
brackets; a unit in brackets (万元, 千元) is kept apart, because it changes the value.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kit.errors import Fault, InvalidInput
from kit.text import Text
from services.achievements.rules.kinds import ImportKind

HEADER_SEARCH_DEPTH = 30
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_NOISE = re.compile(r"[\s*＊:：_/\\.、。-]+")

_SOURCE_ID = ("source_id", "编号", "序列号", "成果编号", "来源编号", "id", "唯一编号", "登记编号")

_GUARD = {
    "visibility": ("visibility", "可见范围", "公开范围", "是否公开"),
    "embargo_until": ("embargo_until", "暂缓公开至", "公开日期", "限期公开日期"),
    "hidden_fields": ("hidden_fields", "隐藏字段", "不公开字段"),
    # Not a field of the record: an export names whose it is, and coming back it must be the sender.
    "owner_uscc": ("owner_uscc", "所属单位统一社会信用代码"),
}

SYNONYMS: Mapping[ImportKind, Mapping[str, tuple[str, ...]]] = {
    ImportKind.ACHIEVEMENTS: {
        "source_id": (*_SOURCE_ID, "成果登记号", "批准登记号", "source id"),
        "title": ("title", "成果名称", "名称", "科技成果名称", "项目名称", "标题", "achievement"),
        "abstract": ("abstract", "成果简介", "简介", "摘要", "内容简介", "成果介绍", "description"),
        "keywords": ("keywords", "关键词", "关键字", "主题词"),
        "field": ("field", "技术领域", "领域", "高新技术领域", "所属领域"),
        "industry": ("industry", "应用行业", "行业", "国民经济行业", "行业代码"),
        "trl": ("trl", "技术成熟度", "成熟度", "技术就绪度", "成熟度等级", "readiness level"),
        "organizations": (
            "organizations", "organization", "完成单位", "第一完成单位", "单位", "单位名称",
            "完成单位名称", "所属单位",
        ),
        "organization_usccs": (
            "organization_usccs", "uscc", "统一社会信用代码", "完成单位统一社会信用代码",
            "单位信用代码", "社会信用代码", "信用代码",
        ),
        "contributors": ("contributors", "完成人", "主要完成人", "成果完成人", "发明人", "authors"),
        "contributor_orcids": ("contributor_orcids", "orcid", "完成人orcid"),
        "patents": (
            "patents", "专利号", "专利申请号", "授权号", "知识产权号", "发明专利号", "知识产权编号",
            "intellectual_property",
        ),
        "property_kinds": ("property_kinds", "知识产权类型", "专利类型", "知识产权类别"),
        "property_statuses": ("property_statuses", "知识产权状态", "专利状态", "法律状态"),
        "transfer_ways": ("transfer_ways", "转化方式", "转让方式", "拟转化方式", "合作方式"),
        "asking_price_yuan": (
            "asking_price_yuan", "意向价格", "转让价格", "拟转让价格", "报价", "价格", "挂牌价",
            "asking price",
        ),
        "completed_on": (
            "completed_on", "完成日期", "完成时间", "成果完成时间", "研究终止日期", "completed",
        ),
        **_GUARD,
    },
    ImportKind.INSTRUMENTS: {
        "source_id": (*_SOURCE_ID, "仪器编号", "设备编号", "资产编号", "所在单位内编号"),
        "name": ("name", "中文名", "仪器名称", "设备名称", "名称", "仪器设备名称"),
        "english_name": ("english_name", "英文名", "英文名称"),
        "model": ("model", "型号规格", "型号", "规格型号"),
        "classification": ("classification", "分类编码", "仪器分类编码"),
        "manufacturer": ("manufacturer", "生产厂商", "厂商", "制造商", "生产厂家"),
        "origin_country": ("origin_country", "产地国别", "国别", "产地"),
        "original_value_yuan": ("original_value_yuan", "原值", "设备原值", "仪器原值"),
        "commissioned_on": ("commissioned_on", "启用日期", "启用时间"),
        "laboratory": ("laboratory", "实验室", "所属实验室"),
        "address": ("address", "安放地址", "地址", "存放地点"),
        "contact_name": ("contact_name", "联系人"),
        "contact_phone": ("contact_phone", "电话", "联系电话"),
        "contact_email": ("contact_email", "邮箱", "电子邮箱"),
        "indicators": ("indicators", "主要技术指标", "技术指标"),
        "purpose": ("purpose", "主要用途", "用途", "主要测试和研究领域"),
        "is_shared": ("is_shared", "是否共享", "共享"),
        "fee_note": ("fee_note", "参考收费标准", "收费标准"),
        "state": ("state", "状态", "使用状况"),
        **_GUARD,
    },
    ImportKind.RESEARCHERS: {
        "source_id": (*_SOURCE_ID, "工号", "人员编号"),
        "name": ("name", "姓名", "人员姓名"),
        "english_name": ("english_name", "英文名", "英文姓名"),
        "orcid": ("orcid",),
        "title": ("title", "职称", "专业技术职务"),
        "degree": ("degree", "学位", "学历"),
        "department": ("department", "部门", "院系", "所在部门"),
        "fields": ("fields", "研究方向", "研究领域", "专业领域"),
        "email": ("email", "邮箱", "电子邮箱"),
        "biography": ("biography", "简介", "个人简介"),
        **_GUARD,
    },
    ImportKind.RD_EXPENDITURES: {
        "source_id": _SOURCE_ID,
        "year": ("year", "年度", "年份", "统计年度", "会计年度"),
        "total_yuan": ("total_yuan", "合计", "总计", "研发费用合计", "研究开发费用合计"),
        "personnel_yuan": ("personnel_yuan", "人员人工费用", "人员人工", "人员费用"),
        "direct_input_yuan": ("direct_input_yuan", "直接投入费用", "直接投入"),
        "depreciation_yuan": (
            "depreciation_yuan", "折旧费用与长期待摊费用", "折旧与长期待摊", "折旧费用",
        ),
        "intangible_amortization_yuan": (
            "intangible_amortization_yuan", "无形资产摊销费用", "无形资产摊销",
        ),
        "design_yuan": ("design_yuan", "设计费用", "设计费"),
        "equipment_trial_yuan": (
            "equipment_trial_yuan", "装备调试费用与试验费用", "装备调试与试验", "装备调试费用",
        ),
        "outsourced_yuan": (
            "outsourced_yuan", "委托外部研究开发费用", "委托外部研发费用", "委托外部",
        ),
        "other_yuan": ("other_yuan", "其他费用", "其他", "其他相关费用"),
        "revenue_yuan": ("revenue_yuan", "营业收入", "主营业务收入", "销售收入"),
        **_GUARD,
    },
    ImportKind.PLATFORMS: {
        "source_id": (*_SOURCE_ID, "平台编号"),
        "kind": ("kind", "平台种类", "平台类型", "种类"),
        "name": ("name", "名称", "平台名称"),
        "level": ("level", "级别", "平台级别"),
        "established_on": ("established_on", "设立日期", "成立日期", "建设日期"),
        "address": ("address", "地址", "所在地"),
        "floor_area_m2": ("floor_area_m2", "面积", "建筑面积", "场地面积"),
        "description": ("description", "简介", "平台简介"),
        "capacity": ("capacity", "可入驻单位数", "容量"),
        "in_district": ("in_district", "是否在本区", "在本区"),
        "co_builders": ("co_builders", "共建单位"),
        "co_builder_usccs": ("co_builder_usccs", "共建单位统一社会信用代码"),
        **_GUARD,
    },
    ImportKind.AWARDS: {
        "source_id": (*_SOURCE_ID, "奖励编号"),
        "scheme": ("scheme", "奖励种类", "奖种"),
        "level": ("level", "等级", "奖励等级", "获奖等级"),
        "title": ("title", "项目名称", "名称", "获奖项目"),
        "awarded_on": ("awarded_on", "获奖日期", "授奖日期", "获奖时间"),
        "certificate_number": ("certificate_number", "证书编号", "获奖证书号"),
        "winners": ("winners", "获奖人", "主要完成人", "完成人"),
        **_GUARD,
    },
    ImportKind.ORGANIZATIONS: {
        "uscc": ("uscc", "统一社会信用代码", "社会信用代码", "信用代码", "机构代码"),
        "name": ("name", "名称", "机构名称", "单位名称", "企业名称"),
        "organization_kind": ("organization_kind", "类型", "机构类型", "单位类型", "kind"),
        "district": ("district", "区县", "所在区县", "所属区县", "行政区划"),
        "in_district": ("in_district", "是否在本区", "在本区", "是否历下区"),
        "is_industrial": ("is_industrial", "是否工业企业", "工业企业"),
        "is_above_designated_size": (
            "is_above_designated_size", "是否规上", "规上", "是否规模以上", "规上企业",
        ),
        "above_designated_size_since": (
            "above_designated_size_since", "入规日期", "纳入规上日期", "入统日期",
        ),
    },
    ImportKind.DEMANDS: {
        "source_id": (*_SOURCE_ID, "需求编号"),
        "title": ("title", "需求名称", "名称", "技术需求名称", "标题", "项目名称"),
        "problem": ("problem", "要解决的问题", "需求内容", "问题描述", "需求描述", "技术需求内容"),
        "field": ("field", "技术领域", "领域", "所属领域"),
        "industry": ("industry", "应用行业", "行业", "国民经济行业", "行业代码"),
        "keywords": ("keywords", "关键词", "关键字"),
        "indicator_lines": ("indicators", "指标", "技术指标", "主要技术指标", "指标要求"),
        "trl_wanted": ("trl_wanted", "所需技术成熟度", "技术成熟度", "成熟度要求"),
        "budget_yuan": ("budget_yuan", "预算", "拟投入", "拟投入经费", "投入预算", "意向投入"),
        "term_months": ("term_months", "期限", "完成期限", "期限月"),
        "district": ("district", "实施地", "所在地", "区县"),
        "ways": ("ways", "合作方式", "拟合作方式", "转化方式"),
        "confidentiality": ("confidentiality", "公开程度", "公开范围", "可见范围"),
        "invited": ("invited", "受邀单位统一社会信用代码", "受邀单位"),
    },
    ImportKind.CONTRACTS: {
        "source_id": (*_SOURCE_ID, "合同编号", "本单位合同编号"),
        "title": ("title", "项目名称", "合同名称", "名称"),
        "type": ("type", "合同类别", "合同类型", "类别"),
        "seller_name": ("seller_name", "卖方名称", "卖方", "技术出让方", "让与方", "受托方"),
        "seller_uscc": ("seller_uscc", "卖方统一社会信用代码", "卖方信用代码"),
        "seller_kind": ("seller_kind", "卖方机构类型"),
        "buyer_name": ("buyer_name", "买方名称", "买方", "技术受让方", "受让方", "委托方"),
        "buyer_uscc": ("buyer_uscc", "买方统一社会信用代码", "买方信用代码"),
        "buyer_kind": ("buyer_kind", "买方机构类型"),
        "total_yuan": ("total_yuan", "合同成交额", "成交额", "合同金额", "合同总额"),
        "technology_yuan": ("technology_yuan", "技术交易额", "其中技术交易额"),
        "equipment_yuan": ("equipment_yuan", "设备等款项", "设备款"),
        "other_yuan": ("other_yuan", "其他非技术性费用", "其他费用"),
        "signed_on": ("signed_on", "签订日期", "合同签订日期", "签订时间"),
        "summary": ("summary", "标的内容摘要", "合同内容", "内容摘要", "标的内容"),
        "achievement_id": ("achievement_id", "所涉成果的平台编号"),
        "case_id": ("case_id", "融资办件的平台编号"),
        "registration_number": ("registration_number", "全国登记系统编号", "国家登记编号"),
        "valid_from": ("valid_from", "有效期起", "合同有效期起"),
        "valid_to": ("valid_to", "有效期止", "合同有效期止"),
        "seller_country": ("seller_country", "卖方国别"),
        "seller_region": ("seller_region", "卖方行政区划"),
        "seller_nature": ("seller_nature", "卖方性质"),
        "buyer_country": ("buyer_country", "买方国别"),
        "buyer_region": ("buyer_region", "买方行政区划"),
        "buyer_nature": ("buyer_nature", "买方性质"),
        "expected_investment_yuan": ("expected_investment_yuan", "预计新增投入"),
        "expected_output_yuan": ("expected_output_yuan", "预计新增产值"),
        "property_kind": ("property_kind", "知识产权类型"),
        "form_field": ("form_field", "技术领域"),
        "plan_source": ("plan_source", "计划来源"),
        "goal": ("goal", "社会经济目标"),
        "payment": ("payment", "支付方式"),
    },
}  # fmt: skip

REQUIRED: Mapping[ImportKind, tuple[str, ...]] = {
    ImportKind.ACHIEVEMENTS: ("source_id", "title", "organizations"),
    ImportKind.INSTRUMENTS: ("source_id", "name"),
    ImportKind.RESEARCHERS: ("source_id", "name"),
    ImportKind.RD_EXPENDITURES: ("year", "total_yuan"),
    ImportKind.PLATFORMS: ("source_id", "kind", "name"),
    ImportKind.AWARDS: ("source_id", "scheme", "level", "title", "awarded_on"),
    ImportKind.DEMANDS: ("source_id", "title", "problem"),
    ImportKind.CONTRACTS: (
        "source_id",
        "title",
        "type",
        "seller_name",
        "seller_uscc",
        "buyer_name",
        "buyer_uscc",
        "total_yuan",
    ),
    ImportKind.ORGANIZATIONS: ("uscc", "name", "organization_kind"),
}


STATUS_HEADER = "导入状态"
"""Above what an error workbook says of each row; sent again, it means nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that means something: its place, its field, its header, the unit it names.

    `scale` is what its numbers are multiplied with; None where money stands without any unit.
    """

    place: int
    field: str
    header: str
    scale: int | None = 1


@dataclass(frozen=True, slots=True)
class Heading:
    """The header row of a table: where it stands and what its columns mean."""

    row: int
    columns: tuple[Column, ...]

    @property
    def fields(self) -> frozenset[str]:
        """What the table speaks of."""
        return frozenset(column.field for column in self.columns)


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says a header means: a field (none: leave it aside) and the unit of money."""

    header: str
    field: str | None
    scale: int = 1


def check_corrections(kind: ImportKind, corrections: Sequence[Correction]) -> None:
    """Refuse corrections to fields that the kind does not have, or two for one header."""
    faults: list[Fault] = []
    seen = set[str]()
    for place, one in enumerate(corrections):
        if one.field is not None and one.field not in SYNONYMS[kind]:
            message = Text(f"没有“{one.field}”这个字段", f"there is no field {one.field!r}")
            faults.append(Fault(f"/columns/{place}/field", "field_unknown", message))
        if plain_header(one.header) in seen or not plain_header(one.header):
            message = Text("表头为空或重复", "the header is empty or repeated")
            faults.append(Fault(f"/columns/{place}/header", "header_repeated", message))
        seen.add(plain_header(one.header))
    if faults:
        raise InvalidInput(
            "invalid_input", faults[0].message, faults=faults, fields=list(SYNONYMS[kind])
        )


def plain_header(header: str) -> str:
    """A header without brackets, blanks, marks, width and case."""
    text = _BRACKETS.sub("", unicodedata.normalize("NFKC", header))
    return _NOISE.sub("", text).casefold()


_UNIT_NOTE = re.compile(r"单位\s*:?\s*(?:人民币)?\s*(亿元|百万元|万元|千元|元)")
_UNITS = {"亿元": 100_000_000, "百万元": 1_000_000, "万元": 10_000, "千元": 1_000, "元": 1}


def scale_of_header(field: str, header: str) -> int | None:
    """What a number below this header is to be multiplied with to be yuan; None: it does not say.

    The forms of the trade count in 元, 千元 and 万元 (107-2 in 千元, look-alikes in 万元), so that
    a bare header says nothing.
    """
    if not field.endswith("_yuan"):
        return 1
    text = unicodedata.normalize("NFKC", header).casefold()
    named = [scale for unit, scale in _UNITS.items() if unit in text]
    return named[0] if named else (1 if "yuan" in text else None)


def name_unit(heading: Heading, scale: int | None) -> Heading:
    """The heading, with a unit for the money of which no header says it."""
    columns = [
        replace(column, scale=scale) if column.scale is None else column
        for column in heading.columns
    ]
    return Heading(heading.row, tuple(columns))


def _names(kind: ImportKind) -> dict[str, str]:
    return {plain_header(name): field for field, names in SYNONYMS[kind].items() for name in names}


def read_heading(
    kind: ImportKind, row: int, cells: Sequence[object], corrections: Sequence[Correction] = ()
) -> Heading:
    """What a row would mean if it were the header; the first of two like columns counts.

    What a person corrected counts before what everybody means by a header.
    """
    corrected = {plain_header(one.header): one for one in corrections}
    names: dict[str, str | None] = {**_names(kind)}
    names |= {header: one.field for header, one in corrected.items()}
    taken = set[str]()
    columns: list[Column] = []
    for place, cell in enumerate(cells):
        field = names.get(plain_header(cell)) if isinstance(cell, str) else None
        if field is not None and field not in taken:
            taken.add(field)
            known = corrected.get(plain_header(str(cell)))
            scale = scale_of_header(field, str(cell)) if known is None else known.scale
            columns.append(Column(place, field, str(cell).strip(), scale))
    return Heading(row, tuple(columns))


def find_heading(
    kind: ImportKind, rows: Sequence[Sequence[object]], corrections: Sequence[Correction] = ()
) -> Heading:
    """The header row among the first rows of a sheet, below titles and merged cells."""
    headings = [read_heading(kind, number, cells, corrections) for number, cells in enumerate(rows)]
    best = max(headings, key=lambda heading: (len(heading.columns), -heading.row), default=None)
    known = {column.field for column in best.columns} if best else set()
    missing = [field for field in REQUIRED[kind] if field not in known]
    if best is None or missing:
        wanted = "、".join(_chinese_name(kind, field) for field in missing or REQUIRED[kind])
        raise InvalidInput(
            "header_not_found",
            Text(
                f"前 {HEADER_SEARCH_DEPTH} 行中没有找到完整的表头，缺少列：{wanted}",
                f"no complete header in the first {HEADER_SEARCH_DEPTH} rows; missing columns:"
                f" {', '.join(missing or REQUIRED[kind])}",
            ),
            missing=list(missing or REQUIRED[kind]),
        )
    return name_unit(best, read_unit_above(rows[: best.row]))


def read_unit_above(rows: Sequence[Sequence[object]]) -> int | None:
    """The unit that a form names once above its table: 单位：万元; None where none or two do."""
    said = {
        _UNITS[found]
        for cells in rows
        for cell in cells
        if isinstance(cell, str)
        for found in _UNIT_NOTE.findall(unicodedata.normalize("NFKC", cell))
    }
    return said.pop() if len(said) == 1 else None


def _chinese_name(kind: ImportKind, field: str) -> str:
    names = SYNONYMS[kind][field]
    return next((name for name in names if not name.isascii()), names[0])


def template_headers(kind: ImportKind) -> list[tuple[str, str]]:
    """The columns of the template: field and Chinese header, required ones marked."""
    fields = [field for field in SYNONYMS[kind] if field != "owner_uscc"]
    return [(field, _template_header(kind, field)) for field in fields]


def _template_header(kind: ImportKind, field: str) -> str:
    unit = "（元）" if field.endswith("_yuan") else ""
    return _chinese_name(kind, field) + unit + ("*" if field in REQUIRED[kind] else "")


# A part of a record that a table tells in columns of other names.
TOLD_AS: Mapping[str, frozenset[str]] = {
    "seller": frozenset({"seller_name", "seller_uscc", "seller_kind"}),
    "buyer": frozenset({"buyer_name", "buyer_uscc", "buyer_kind"}),
    "indicators": frozenset({"indicators", "indicator_lines"}),
    "form": frozenset(
        {
            "valid_from", "valid_to", "seller_country", "seller_region", "seller_nature",
            "buyer_country", "buyer_region", "buyer_nature", "expected_investment_yuan",
            "expected_output_yuan", "property_kind", "form_field", "plan_source", "goal", "payment",
        }
    ),
    "kind": frozenset({"kind", "organization_kind"}),
}  # fmt: skip
# A list whose parts stand in several columns: the part that tells its items apart, and the columns.
PARTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "organizations": ("name", {"name": "organizations", "uscc": "organization_usccs"}),
    "contributors": ("name", {"name": "contributors", "orcid": "contributor_orcids"}),
    "co_builders": ("name", {"name": "co_builders", "uscc": "co_builder_usccs"}),
    "intellectual_property": (
        "number",
        {"number": "patents", "kind": "property_kinds", "status": "property_statuses"},
    ),
}
_FIELD_OF_PART = {
    **{(name, part): one for name, (_, of) in PARTS.items() for part, one in of.items()},
    ("form", "field"): "form_field",
    ("indicators", "name"): "indicator_lines",
    ("indicators", "target"): "indicator_lines",
}


_SIDES = ("seller", "buyer")
_OF_A_SIDE = ("name", "uscc", "kind")


def field_of_pointer(pointer: str) -> str:
    """The column that a fault's JSON pointer belongs to."""
    parts = pointer.strip("/").split("/")
    first, last = parts[0], parts[-1]
    if first in _SIDES and last in _OF_A_SIDE:
        return f"{first}_{last}"
    return _FIELD_OF_PART.get((first, last), last if first == "form" else first)
