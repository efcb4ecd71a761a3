"""The plain table of every kind.

The headers are those of the import templates, so that what is exported can be edited and imported
again.
"""

from collections.abc import Callable, Mapping
from typing import Any

from services.achievements.rules.appointments import APPOINTMENT_STEPS
from services.achievements.rules.bids import BID_STEPS
from services.achievements.rules.contracts import CONTRACT_STEPS
from services.achievements.rules.demands import DEMAND_STEPS
from services.achievements.rules.exports import (
    ExportColumn,
    ExportKind,
    Row,
    Value,
    field,
    inner,
    label,
    labelled_parts,
    parts,
    parts_of,
)
from services.achievements.rules.form_tables import form_columns
from services.achievements.rules.labels import FIELDS, LABELS
from services.achievements.rules.listings import LISTING_STEPS
from services.achievements.rules.lists import NONE, join_parts
from services.achievements.rules.matchmaking_events import EVENT_STEPS
from services.achievements.rules.nominations import NOMINATION_STEPS


def _state(names: Mapping[Any, str]) -> Callable[[Row], Value]:
    """The state of a row in Chinese."""
    words = {str(state): name for state, name in names.items()}
    return lambda row: words[str(row["state"])]


def _indicators(row: Row) -> Value:
    """One indicator a line, as the import reads them."""
    items = row.get("indicators")
    found = items if isinstance(items, list) else []
    return "\n".join(f"{item['name']}：{item['target']}" for item in found)


def _fields(row: Row) -> Value:
    found = row.get("fields")
    named = [FIELDS.get(str(one), str(one)) for one in found] if isinstance(found, list) else []
    return "、".join(named)


def _side(side: str, name: str) -> tuple[ExportColumn, ...]:
    kinds = LABELS[f"{side}_kind"]
    kind = inner(side, "kind", f"{name}机构类型")

    def read(row: Row) -> Value:
        found = kind.read(row)
        return kinds.get(str(found), found)

    return (
        inner(side, "name", f"{name}名称"),
        field(f"{side}_uscc", f"{name}统一社会信用代码"),
        ExportColumn(kind.header, read),
    )


def _name_co_builders(row: Row) -> Value:
    return (
        NONE if row.get("co_builders") == [] else join_parts(parts_of(row, "co_builders", "name"))
    )


def _kind_of_organization(row: Row) -> Value:
    return LABELS["organization_kind"].get(str(row["kind"]), str(row["kind"]))


_SOURCE = field("source_id", "编号")
_OWNER = field("owner_uscc", "所属单位统一社会信用代码")
_GUARD = (
    label("visibility", "可见范围"),
    field("embargo_until", "暂缓公开至"),
    label("hidden_fields", "隐藏字段"),
)
_RECORD = (field("updated_at", "更新时间"),)

COLUMNS: Mapping[ExportKind, tuple[ExportColumn, ...]] = {
    ExportKind.NOMINATIONS: (
        field("id", "提名编号"),
        inner("content", "title", "项目名称"),
        ExportColumn("状态", _state(NOMINATION_STEPS.names)),
        _OWNER,
        inner("content", "completed_on", "完成日期"),
        field("submitted_on", "提交日期"),
        field("due_on", "办理期限"),
        inner("decision", "level", "获奖等级"),
        field("achievement_id", "成果"),
        field("award_id", "奖励"),
        *_RECORD,
    ),
    ExportKind.CARE_PLANS: (
        field("uscc", "统一社会信用代码"),
        field("officer", "服务专员"),
        field("goal", "服务目标"),
        *_RECORD,
    ),
    ExportKind.ORGANIZATIONS: (
        field("uscc", "统一社会信用代码"),
        field("name", "名称"),
        ExportColumn("类型", _kind_of_organization),
        field("district", "区县"),
        field("in_district", "是否在本区"),
        field("is_industrial", "是否工业企业"),
        field("is_above_designated_size", "是否规上"),
        field("above_designated_size_since", "入规日期"),
        field("ended_on", "终止日期"),
        field("successor_uscc", "存续单位统一社会信用代码"),
        *_RECORD,
    ),
    ExportKind.ACHIEVEMENTS: (
        _SOURCE,
        field("title", "成果名称"),
        field("abstract", "成果简介"),
        field("keywords", "关键词"),
        label("field", "技术领域"),
        field("industry", "应用行业"),
        field("trl", "技术成熟度"),
        parts("organizations", "name", "完成单位"),
        parts("organizations", "uscc", "统一社会信用代码"),
        parts("contributors", "name", "完成人"),
        parts("contributors", "orcid", "完成人ORCID"),
        parts("intellectual_property", "number", "专利号"),
        labelled_parts("intellectual_property", "kind", "property_kinds", "知识产权类型"),
        labelled_parts("intellectual_property", "status", "property_statuses", "知识产权状态"),
        label("transfer_ways", "转化方式"),
        field("asking_price_yuan", "意向价格（元）"),
        field("completed_on", "完成日期"),
        *form_columns(ExportKind.ACHIEVEMENTS),
        *_GUARD,
        _OWNER,
        *_RECORD,
    ),
    ExportKind.INSTRUMENTS: (
        _SOURCE,
        field("name", "中文名"),
        field("english_name", "英文名"),
        field("model", "型号规格"),
        field("classification", "分类编码"),
        field("manufacturer", "生产厂商"),
        field("origin_country", "产地国别"),
        field("original_value_yuan", "原值（元）"),
        field("commissioned_on", "启用日期"),
        field("laboratory", "实验室"),
        field("address", "安放地址"),
        field("contact_name", "联系人"),
        field("contact_phone", "电话"),
        field("contact_email", "邮箱"),
        field("indicators", "主要技术指标"),
        field("purpose", "主要用途"),
        field("is_shared", "是否共享"),
        field("fee_note", "参考收费标准"),
        label("state", "状态"),
        *form_columns(ExportKind.INSTRUMENTS),
        *_GUARD,
        _OWNER,
        *_RECORD,
    ),
    ExportKind.RESEARCHERS: (
        _SOURCE,
        field("name", "姓名"),
        field("english_name", "英文名"),
        field("orcid", "ORCID"),
        field("title", "职称"),
        field("degree", "学位"),
        field("department", "部门"),
        field("fields", "研究方向"),
        field("email", "邮箱"),
        field("biography", "简介"),
        *_GUARD,
        _OWNER,
        *_RECORD,
    ),
    ExportKind.RD_EXPENDITURES: (
        _SOURCE,
        field("year", "年度"),
        field("total_yuan", "合计（元）"),
        field("personnel_yuan", "人员人工费用（元）"),
        field("direct_input_yuan", "直接投入费用（元）"),
        field("depreciation_yuan", "折旧费用与长期待摊费用（元）"),
        field("intangible_amortization_yuan", "无形资产摊销费用（元）"),
        field("design_yuan", "设计费用（元）"),
        field("equipment_trial_yuan", "装备调试费用与试验费用（元）"),
        field("outsourced_yuan", "委托外部研究开发费用（元）"),
        field("other_yuan", "其他费用（元）"),
        field("revenue_yuan", "营业收入（元）"),
        *form_columns(ExportKind.RD_EXPENDITURES),
        *_GUARD,
        _OWNER,
        *_RECORD,
    ),
    ExportKind.PLATFORMS: (
        _SOURCE,
        label("kind", "平台种类"),
        field("name", "名称"),
        label("level", "级别"),
        field("established_on", "设立日期"),
        field("address", "地址"),
        field("floor_area_m2", "面积（平方米）"),
        field("description", "简介"),
        field("capacity", "可入驻单位数"),
        field("in_district", "是否在本区"),
        ExportColumn("共建单位", _name_co_builders),
        parts("co_builders", "uscc", "共建单位统一社会信用代码"),
        *_GUARD,
        _OWNER,
        *_RECORD,
    ),
    ExportKind.AWARDS: (
        _SOURCE,
        label("scheme", "奖励种类"),
        label("level", "等级"),
        field("title", "项目名称"),
        field("awarded_on", "获奖日期"),
        field("certificate_number", "证书编号"),
        field("winners", "获奖人"),
        *_GUARD,
        _OWNER,
        *_RECORD,
    ),
    ExportKind.DEMANDS: (
        _SOURCE,
        field("title", "需求名称"),
        field("problem", "要解决的问题"),
        label("field", "技术领域"),
        field("industry", "应用行业"),
        field("keywords", "关键词"),
        ExportColumn("指标", _indicators),
        field("trl_wanted", "所需技术成熟度"),
        field("budget_yuan", "预算（元）"),
        field("term_months", "期限（月）"),
        field("district", "实施地"),
        label("ways", "合作方式"),
        label("confidentiality", "公开程度"),
        field("invited", "受邀单位统一社会信用代码"),
        ExportColumn("状态", _state(DEMAND_STEPS.names)),
        field("published_on", "发布日期"),
        _OWNER,
        *_RECORD,
    ),
    ExportKind.BIDS: (
        field("demand_id", "需求"),
        field("title", "方案名称"),
        parts("parties", "name", "团队各方"),
        parts("parties", "uscc", "统一社会信用代码"),
        parts("parties", "share", "份额"),
        field("amount_yuan", "报价（元）"),
        field("term_months", "期限（月）"),
        ExportColumn("状态", _state(BID_STEPS.names)),
        field("created_at", "揭榜时间"),
    ),
    ExportKind.MATCHMAKING_EVENTS: (
        field("title", "活动名称"),
        field("kind", "种类"),
        field("owner_name", "主办单位"),
        field("place", "地点"),
        field("starts_at", "开始时间"),
        field("ends_at", "结束时间"),
        field("capacity", "席位"),
        ExportColumn("状态", _state(EVENT_STEPS.names)),
        *_RECORD,
    ),
    ExportKind.SERVICE_AGENCIES: (
        field("uscc", "统一社会信用代码"),
        field("name", "机构名称"),
        field("services", "服务内容"),
        ExportColumn("技术领域", _fields),
        field("introduction", "简介"),
        *_RECORD,
    ),
    ExportKind.BROKERS: (
        field("id", "编号"),
        field("name", "姓名"),
        field("agency_name", "所属机构"),
        field("agency_uscc", "所属机构统一社会信用代码"),
        field("level", "等级"),
        ExportColumn("技术领域", _fields),
        field("introduction", "简介"),
        field("is_active", "是否在册"),
        *_RECORD,
    ),
    ExportKind.APPOINTMENTS: (
        field("id", "编号"),
        field("subject_kind", "委托事项"),
        field("subject_id", "事项编号"),
        field("principal_name", "委托方"),
        field("principal_uscc", "委托方统一社会信用代码"),
        field("agency_uscc", "受托机构统一社会信用代码"),
        ExportColumn("状态", _state(APPOINTMENT_STEPS.names)),
        inner("commission", "ratio", "佣金比例"),
        inner("commission", "fixed_yuan", "固定佣金（元）"),
        field("valid_until", "有效期至"),
        field("reason", "理由"),
        *_RECORD,
    ),
    ExportKind.CONTRACTS: (
        _SOURCE,
        field("number", "合同登记编号"),
        field("title", "项目名称"),
        label("type", "合同类别"),
        ExportColumn("状态", _state(CONTRACT_STEPS.names)),
        *_side("seller", "卖方"),
        *_side("buyer", "买方"),
        field("total_yuan", "合同成交额（元）"),
        field("technology_yuan", "技术交易额（元）"),
        field("equipment_yuan", "设备等款项（元）"),
        field("other_yuan", "其他非技术性费用（元）"),
        field("signed_on", "签订日期"),
        field("recognized_on", "认定日期"),
        field("registered_on", "登记日期"),
        field("cancelled_on", "撤销日期"),
        field("summary", "标的内容摘要"),
        field("achievement_id", "所涉成果的平台编号"),
        field("case_id", "融资办件的平台编号"),
        *form_columns(ExportKind.CONTRACTS),
        _OWNER,
        *_RECORD,
    ),
    ExportKind.LISTINGS: (
        field("exchange_number", "挂牌编号"),
        field("title", "项目名称"),
        field("way", "成交方式"),
        ExportColumn("状态", _state(LISTING_STEPS.names)),
        label("transfer_ways", "转化方式"),
        field("owner_name", "转让方"),
        field("owner_uscc", "转让方统一社会信用代码"),
        field("asking_price_yuan", "意向价格（元）"),
        field("start_price_yuan", "起始价（元）"),
        field("deposit_yuan", "保证金（元）"),
        field("opens_at", "开始时间"),
        field("closes_at", "截止时间"),
        inner("buyer", "name", "受让方"),
        field("price_yuan", "成交价（元）"),
        field("reason", "撤牌原因"),
        *_RECORD,
    ),
}
