"""The columns of national forms in the plain tables, as the import templates head them."""

from collections.abc import Iterator, Mapping

from services.achievements.rules.exports import ExportColumn, ExportKind, Row, Value, inner
from services.achievements.rules.labels import LABELS

_COLUMNS: Mapping[ExportKind, tuple[tuple[str, str], ...]] = {
    ExportKind.ACHIEVEMENTS: (
        ("registration_number", "登记证书号"),
        ("recommended_by", "推荐单位"),
        ("registered_on", "批准登记日期"),
        ("research_started", "研究起始年月"),
        ("research_ended", "研究终止年月"),
        ("secrecy", "成果密级"),
        ("form_type", "成果类别"),
        ("nature", "成果属性"),
        ("outcome_form", "成果体现形式"),
        ("outcome_level", "成果水平"),
        ("stage", "成果所处阶段"),
        ("evaluation_way", "评价方式"),
        ("evaluated_by", "评价单位"),
        ("evaluated_on", "评价日期"),
        ("project_source", "课题来源"),
        ("invested_yuan", "经费投入（元）"),
        ("discipline", "学科分类"),
        ("application_state", "应用状态"),
    ),
    ExportKind.INSTRUMENTS: (
        ("internal_number", "单位内编号"),
        ("research_fields", "主要测试和研究领域"),
        ("accessories", "主要附件及功能"),
        ("certification", "认证情况"),
        ("postcode", "邮编"),
        ("open_hours", "开放机时安排"),
        ("service_year", "服务统计年份"),
        ("service_hours", "年对外服务机时"),
        ("service_income_yuan", "年对外服务收入（元）"),
        ("known_users", "知名用户"),
        ("results", "应用成果"),
        ("picture", "图片"),
        ("remark", "备注"),
    ),
    ExportKind.RD_EXPENDITURES: (
        ("outsourced_institutes_yuan", "委托境内研究机构（元）"),
        ("outsourced_universities_yuan", "委托境内高等学校（元）"),
        ("outsourced_enterprises_yuan", "委托境内企业（元）"),
        ("outsourced_abroad_yuan", "委托境外机构（元）"),
    ),
    ExportKind.CONTRACTS: (
        ("registration_number", "全国登记系统编号"),
        ("valid_from", "有效期起"),
        ("valid_to", "有效期止"),
        ("seller_country", "卖方国别"),
        ("seller_region", "卖方行政区划"),
        ("seller_nature", "卖方性质"),
        ("buyer_country", "买方国别"),
        ("buyer_region", "买方行政区划"),
        ("buyer_nature", "买方性质"),
        ("expected_investment_yuan", "预计新增投入（元）"),
        ("expected_output_yuan", "预计新增产值（元）"),
        ("property_kind", "知识产权类型"),
        ("field", "技术领域"),
        ("plan_source", "计划来源"),
        ("goal", "社会经济目标"),
        ("payment", "支付方式"),
    ),
}


def form_columns(kind: ExportKind) -> Iterator[ExportColumn]:
    """What only the national form of a kind asks; codes by their Chinese labels."""
    return (_of_form(name, header) for name, header in _COLUMNS[kind])


def _of_form(name: str, header: str) -> ExportColumn:
    column = inner("form", name, header)
    # The field of the form is written freely, unlike the registry's own.
    words = {} if name == "field" else LABELS.get(name, {})

    def read(row: Row) -> Value:
        value = column.read(row)
        return words.get(value, value) if isinstance(value, str) else value

    return ExportColumn(header, read)
