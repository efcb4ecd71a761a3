"""The national forms: what is entered once, in the columns and units that each form wants.

Fields as read in the published forms: 科技成果登记表, 大型科研仪器 33 fields, 107-1 研究开发项目,
107-2 企业研究开发活动 (both in 千元), 技术合同登记表.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from kit.identifiers import IdentifierError, check_registration_number
from services.achievements.rules.exports import (
    ExportColumn,
    ExportKind,
    Row,
    Value,
    field,
    inner,
    label,
    parts,
)
from services.achievements.rules.labels import LABELS


class FormName(StrEnum):
    """国家统一报表：成果登记、大型仪器、107-1、107-2、技术合同登记"""

    ACHIEVEMENT_REGISTRATION = "achievement_registration"
    LARGE_INSTRUMENT = "large_instrument"
    RD_107_1 = "rd_107_1"
    RD_107_2 = "rd_107_2"
    CONTRACT_REGISTRATION = "contract_registration"


@dataclass(frozen=True, slots=True)
class Form:
    """A form: which kind fills it, its columns, and the list in `form` that makes its rows."""

    kind: ExportKind
    columns: tuple[ExportColumn, ...]
    each: str | None = None


def thousands(name: str, header: str, within: str | None = None) -> ExportColumn:
    """A column of money in 千元, whole, as form 107 counts; half a thousand counts up."""

    def read(row: Row) -> Value:
        source = row.get(within) if within else row
        value = source.get(name) if isinstance(source, Mapping) else None
        if value is None:
            return None
        return int((Decimal(str(value)) / 1000).quantize(Decimal(1), ROUND_HALF_UP))

    return ExportColumn(header, read)


def form_field(name: str, header: str) -> ExportColumn:
    """A column of what only the form asks."""
    return inner("form", name, header)


def form_code(name: str, header: str, words: Mapping[str, str]) -> ExportColumn:
    """The same for a code that the form shows by its Chinese word."""
    plain = form_field(name, header)

    def read(row: Row) -> Value:
        value = plain.read(row)
        return None if value is None else words.get(str(value), str(value))

    return ExportColumn(header, read)


FORM_TYPES, NATURES, STAGES = LABELS["form_type"], LABELS["nature"], LABELS["stage"]
CONTRACT_TYPES = LABELS["type"]


def _first_keywords(row: Row) -> Value:
    keywords = row.get("keywords")
    return "、".join(map(str, keywords[:3])) if isinstance(keywords, list) else None


def _registration_number(row: Row) -> Value:
    """批准登记号, also where the record is named by it."""
    said, own = form_field("registration_number", "").read(row), row.get("source_id")
    if said is not None or not isinstance(own, str):
        return said
    try:
        return check_registration_number(own)
    except IdentifierError:
        return None


def _contract_number(row: Row) -> Value:
    """What the national registration system gave, else the platform's own."""
    national, own = form_field("registration_number", ""), field("number", "")
    return national.read(row) or own.read(row)


FORMS: Mapping[FormName, Form] = {
    FormName.ACHIEVEMENT_REGISTRATION: Form(
        ExportKind.ACHIEVEMENTS,
        (
            field("title", "成果名称"),
            ExportColumn("批准登记号", _registration_number),
            form_field("recommended_by", "推荐单位"),
            form_field("registered_on", "批准登记日期"),
            form_field("research_started", "研究起始日期"),
            form_field("research_ended", "研究终止日期"),
            form_field("secrecy", "成果密级"),
            form_code("form_type", "成果类别", FORM_TYPES),
            form_code("nature", "成果属性", NATURES),
            ExportColumn("关键词", _first_keywords),
            form_field("outcome_form", "成果体现形式"),
            form_field("outcome_level", "成果水平"),
            form_code("stage", "成果所处阶段", STAGES),
            form_field("evaluation_way", "评价方式"),
            form_field("evaluated_by", "评价单位"),
            form_field("evaluated_on", "评价日期"),
            form_field("project_source", "课题来源"),
            form_field("invested_yuan", "经费投入（元）"),
            field("industry", "应用行业"),
            label("field", "高新技术领域"),
            form_field("discipline", "学科分类"),
            form_field("application_state", "应用状态"),
            label("transfer_ways", "转化方式"),
            parts("intellectual_property", "number", "知识产权（专利号）"),
            parts("organizations", "name", "完成单位"),
            parts("organizations", "uscc", "完成单位统一社会信用代码"),
            parts("contributors", "name", "完成人"),
            field("abstract", "成果简介"),
        ),
    ),
    FormName.LARGE_INSTRUMENT: Form(
        ExportKind.INSTRUMENTS,
        (
            field("source_id", "仪器编号"),
            field("classification", "分类编码"),
            form_field("internal_number", "所在单位内编号"),
            field("name", "中文名"),
            field("english_name", "英文名"),
            field("model", "型号规格"),
            field("indicators", "主要技术指标"),
            form_field("research_fields", "主要测试和研究领域"),
            field("purpose", "主要用途"),
            form_field("accessories", "主要附件及功能"),
            form_field("certification", "认证情况"),
            field("manufacturer", "生产厂商"),
            field("origin_country", "产地国别"),
            field("original_value_yuan", "原值"),
            field("commissioned_on", "启用日期"),
            field("owner_name", "所在单位"),
            field("laboratory", "实验室"),
            field("address", "安放地址"),
            form_field("postcode", "邮编"),
            field("contact_name", "联系人"),
            field("contact_phone", "电话"),
            field("contact_email", "邮箱"),
            field("is_shared", "是否共享"),
            label("state", "状态"),
            form_field("open_hours", "开放机时安排"),
            field("fee_note", "参考收费标准"),
            form_field("service_year", "服务统计年份"),
            form_field("service_hours", "年对外服务机时"),
            form_field("service_income_yuan", "年对外服务收入"),
            form_field("known_users", "知名用户"),
            form_field("results", "应用成果"),
            form_field("picture", "图片"),
            form_field("remark", "备注"),
        ),
    ),
    FormName.RD_107_1: Form(
        ExportKind.RD_EXPENDITURES,
        (
            field("owner_uscc", "统一社会信用代码"),
            field("owner_name", "单位名称"),
            field("year", "年度"),
            inner("each", "name", "项目名称"),
            inner("each", "source", "项目来源"),
            inner("each", "cooperation", "项目合作形式"),
            inner("each", "outcome", "项目成果形式"),
            inner("each", "goal", "项目技术经济目标"),
            inner("each", "started", "项目起始日期"),
            inner("each", "finished", "项目完成日期"),
            inner("each", "stage", "跨年项目当年所处主要进展阶段"),
            inner("each", "participants", "参加项目人员（人）"),
            inner("each", "person_months", "项目人员实际工作时间（人月）"),
            thousands("spent_yuan", "项目经费内部支出（千元）", "each"),
            thousands("government_yuan", "其中：政府资金（千元）", "each"),
        ),
        each="projects",
    ),
    FormName.RD_107_2: Form(
        ExportKind.RD_EXPENDITURES,
        (
            field("owner_uscc", "统一社会信用代码"),
            field("owner_name", "单位名称"),
            field("year", "年度"),
            thousands("total_yuan", "研究开发费用合计（千元）"),
            thousands("personnel_yuan", "1.人员人工费用（千元）"),
            thousands("direct_input_yuan", "2.直接投入费用（千元）"),
            thousands("depreciation_yuan", "3.折旧费用与长期待摊费用（千元）"),
            thousands("intangible_amortization_yuan", "4.无形资产摊销费用（千元）"),
            thousands("design_yuan", "5.设计费用（千元）"),
            thousands("equipment_trial_yuan", "6.装备调试费用与试验费用（千元）"),
            thousands("outsourced_yuan", "7.委托外部研究开发费用（千元）"),
            thousands("outsourced_institutes_yuan", "（1）委托境内研究机构（千元）", "form"),
            thousands("outsourced_universities_yuan", "（2）委托境内高等学校（千元）", "form"),
            thousands("outsourced_enterprises_yuan", "（3）委托境内企业（千元）", "form"),
            thousands("outsourced_abroad_yuan", "（4）委托境外机构（千元）", "form"),
            thousands("other_yuan", "8.其他费用（千元）"),
        ),
    ),
    FormName.CONTRACT_REGISTRATION: Form(
        ExportKind.CONTRACTS,
        (
            ExportColumn("合同登记编号", _contract_number),
            field("title", "项目名称"),
            label("type", "合同类别"),
            form_field("valid_from", "有效期起"),
            form_field("valid_to", "有效期止"),
            field("signed_on", "签订日期"),
            inner("seller", "name", "卖方名称"),
            field("seller_uscc", "卖方统一社会信用代码"),
            form_field("seller_country", "卖方国别"),
            form_field("seller_region", "卖方行政区划"),
            form_field("seller_nature", "卖方性质"),
            inner("buyer", "name", "买方名称"),
            field("buyer_uscc", "买方统一社会信用代码"),
            form_field("buyer_country", "买方国别"),
            form_field("buyer_region", "买方行政区划"),
            form_field("buyer_nature", "买方性质"),
            field("total_yuan", "合同成交额（元）"),
            field("technology_yuan", "技术交易额（元）"),
            form_field("expected_investment_yuan", "预计新增投入（元）"),
            form_field("expected_output_yuan", "预计新增产值（元）"),
            form_field("property_kind", "知识产权类型"),
            form_field("field", "技术领域"),
            form_field("plan_source", "计划来源"),
            form_field("goal", "社会经济目标"),
            form_field("payment", "支付方式"),
        ),
    ),
}


def rows_of_form(form: Form, row: Row) -> Iterator[Row]:
    """The rows that one record fills: one, or one per item of the list that the form counts."""
    if form.each is None:
        yield row
        return
    filled = row.get("form")
    items = filled.get(form.each) if isinstance(filled, Mapping) else None
    for item in items or ():
        yield {**row, "each": item}
