"""Codes and the Chinese labels that people write and read for them."""

import re
from collections.abc import Mapping

from kit.text import Language
from services.achievements.rules.kinds import HIDEABLE, Kind

NOTHING = frozenset({"", "-", "--", "—", "/", "无", "暂无", "n/a", "N/A", "NA", "null", "NULL"})
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

FIELDS: Mapping[str, str] = {
    "new-generation-it": "新一代信息技术",
    "artificial-intelligence": "人工智能",
    "biomedicine": "生物医药",
    "technology-services": "科技服务",
    "electronic-information": "电子信息",
    "biology-and-new-medicine": "生物与新医药",
    "aerospace": "航空航天",
    "new-materials": "新材料",
    "high-tech-services": "高技术服务",
    "new-energy": "新能源与节能",
    "resources-and-environment": "资源与环境",
    "advanced-manufacturing": "先进制造与自动化",
    "modern-agriculture": "现代农业",
    "medical-devices": "医疗器械",
    "other": "其他",
}

_WAYS = {
    "transfer": "转让",
    "license": "许可",
    "equity": "作价入股",
    "cooperation": "合作转化",
    "self_implementation": "自行实施",
    "development": "技术开发",
    "consulting": "技术咨询",
    "service": "技术服务",
    "other": "其他",
}
_ORGANIZATIONS = {
    "university": "高等院校",
    "institute": "科研机构",
    "hospital": "医疗机构",
    "enterprise": "企业",
    "bank": "银行",
    "insurer": "保险机构",
    "fund": "基金",
    "service_agency": "技术转移机构",
    "exchange": "交易机构",
    "government": "机关",
    "other": "其他",
}

LABELS: Mapping[str, Mapping[str, str]] = {
    "field": FIELDS,
    "ways": _WAYS,
    "transfer_ways": _WAYS,
    "confidentiality": {"public": "公开", "members": "会员可见", "invited": "仅受邀单位可见"},
    "type": {
        "development": "技术开发",
        "transfer": "技术转让",
        "license": "技术许可",
        "consulting": "技术咨询",
        "service": "技术服务",
    },
    "seller_kind": _ORGANIZATIONS,
    "buyer_kind": _ORGANIZATIONS,
    "visibility": {
        "public": "公开",
        "members": "会员可见",
        "private": "不公开",
        "classified": "涉密",
    },
    "form_type": {"applied": "应用技术", "theory": "基础理论", "soft_science": "软科学"},
    "nature": {
        "original": "原始性创新",
        "imported": "国外引进消化吸收创新",
        "secondary": "国内技术二次开发",
    },
    "stage": {"initial": "初期阶段", "middle": "中期阶段", "mature": "成熟应用阶段"},
    "kind": {
        "proof_of_concept_center": "概念验证中心",
        "pilot_scale_base": "中试示范基地",
        "key_laboratory": "重点实验室",
        "enterprise_rd": "六有研发机构",
        "makerspace": "众创空间",
        "incubator": "孵化器",
        "accelerator": "加速器",
        "park": "园区",
    },
    "scheme": {
        "national_st_progress": "国家科技进步奖",
        "shandong_st_progress": "山东省科技进步奖",
        "other": "其他",
    },
    "level": {
        "national": "国家级",
        "provincial": "省级",
        "municipal": "市级",
        "district": "区级",
        "special": "特等奖",
        "first": "一等奖",
        "second": "二等奖",
        "third": "三等奖",
    },
    "organization_kind": _ORGANIZATIONS,
    "property_kinds": {
        "invention_patent": "发明专利",
        "utility_model": "实用新型",
        "design_patent": "外观设计",
        "pct_application": "PCT国际申请",
        "foreign_patent": "国外专利",
        "software_copyright": "软件著作权",
        "integrated_circuit_layout": "集成电路布图设计",
        "plant_variety": "植物新品种",
        "new_drug": "新药",
        "trademark": "商标",
        "standard": "标准",
        "paper": "论文",
        "technical_secret": "技术秘密",
        "other": "其他",
    },
    "property_statuses": {
        "applied": "已申请",
        "pending": "审查中",
        "published": "已公开",
        "granted": "已授权",
        "registered": "已登记",
        "rejected": "已驳回",
        "withdrawn": "已撤回",
        "expired": "已届满",
        "invalidated": "已无效",
        "transferred": "已转让",
    },
    "hidden_fields": {
        "abstract": "成果简介",
        "keywords": "关键词",
        "contributors": "完成人",
        "intellectual_property": "知识产权",
        "asking_price_yuan": "意向价格",
        "form": "报表字段",
        "original_value_yuan": "原值",
        "laboratory": "实验室",
        "address": "地址",
        "contact_name": "联系人",
        "contact_phone": "电话",
        "contact_email": "邮箱",
        "indicators": "主要技术指标",
        "fee_note": "参考收费标准",
        "orcid": "ORCID",
        "title": "职称",
        "degree": "学位",
        "department": "部门",
        "email": "电子邮箱",
        "biography": "个人简介",
        "revenue_yuan": "营业收入",
        "floor_area_m2": "面积",
        "description": "平台简介",
        "co_builders": "共建单位",
        "certificate_number": "证书编号",
        "winners": "获奖人",
    },
    "state": {"in_use": "在用", "idle": "闲置", "under_repair": "待修", "retired": "报废"},
}

_LEVELS = {
    "platforms": ("national", "provincial", "municipal", "district"),
    "awards": ("special", "first", "second", "third"),
}


def list_choices(kind: str, field: str, language: Language = Language.ZH) -> tuple[str, ...]:
    """What to choose from in a column of a kind; none where anything may be written.

    In Chinese the labels, in English the codes: an import reads both.
    """
    labels = LABELS.get(field, {})
    codes = tuple(_LEVELS[kind] if field == "level" else labels)
    if field == "hidden_fields":
        codes = tuple(code for code in codes if code in HIDEABLE[Kind(kind)])
    return codes if language is Language.EN else tuple(labels[code] for code in codes)


_OTHER_WAYS = {
    "技术转让": "transfer",
    "专利转让": "transfer",
    "技术许可": "license",
    "专利许可": "license",
    "许可使用": "license",
    "技术入股": "equity",
    "入股": "equity",
    "合作": "cooperation",
    "合作开发": "cooperation",
    "开发": "development",
    "咨询": "consulting",
    "服务": "service",
}
_ALSO: Mapping[str, Mapping[str, str]] = {
    "ways": _OTHER_WAYS,
    "transfer_ways": _OTHER_WAYS,
    "type": {
        "开发": "development",
        "转让": "transfer",
        "许可": "license",
        "咨询": "consulting",
        "服务": "service",
    },
    "stage": {
        "初期": "initial",
        "实验室": "initial",
        "小试": "initial",
        "中期": "middle",
        "中试": "middle",
        "成熟应用": "mature",
    },
    "confidentiality": {"会员": "members", "受邀": "invited", "仅受邀": "invited"},
    "visibility": {
        "是": "public",
        "会员": "members",
        "内部": "members",
        "否": "private",
        "私有": "private",
        "仅本单位": "private",
    },
    "organization_kind": {
        "大学": "university",
        "高校": "university",
        "学院": "university",
        "科研机构": "institute",
        "研究院": "institute",
        "医院": "hospital",
        "公司": "enterprise",
        "担保机构": "insurer",
        "保险公司": "insurer",
        "机关": "government",
    },
    "property_kinds": {
        "专利": "invention_patent",
        "发明": "invention_patent",
        "软著": "software_copyright",
        "计算机软件著作权": "software_copyright",
        "实用新型专利": "utility_model",
        "外观设计专利": "design_patent",
    },
    "property_statuses": {
        "授权": "granted",
        "有效": "granted",
        "申请": "applied",
        "申请中": "applied",
        "受理": "applied",
        "实审": "pending",
        "实质审查": "pending",
        "公开": "published",
        "登记": "registered",
        "驳回": "rejected",
        "撤回": "withdrawn",
        "失效": "expired",
        "无效": "invalidated",
    },
    "kind": {"中试基地": "pilot_scale_base", "企业研发机构": "enterprise_rd"},
    "scheme": {"省科技进步奖": "shandong_st_progress", "省级科技进步奖": "shandong_st_progress"},
    "state": {"正常": "in_use", "使用": "in_use", "维修": "under_repair", "停用": "retired"},
}


def read_label(field: str, text: str) -> str | None:
    """The code for a label or a code; None where nobody knows it. Fields are an open list."""
    codes = LABELS[field]
    if text in codes:
        return text
    for code, label in codes.items():
        if text == label or (len(text) >= 2 and field == "field" and text in label):
            return code
    known = _ALSO.get(field, {}).get(text)
    if known is None and field == "field" and _CODE.fullmatch(text):
        return text
    return known
