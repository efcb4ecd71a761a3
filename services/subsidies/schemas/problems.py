"""Titles of the problems that only this house has."""

from collections.abc import Mapping

from kit.text import Text

PROBLEMS: Mapping[str, Text] = {
    "payment_contradicts": Text(
        "与已登记的市级拨付矛盾", "In contradiction to the payment recorded"
    ),
    "payment_above_approval": Text("拨付超过核定", "The payment exceeds the approval"),
    "double_suspected": Text("疑似重复，待核定", "It may be paid twice"),
    "double_settled": Text("该疑似重复不在待核状态", "The suspicion is settled"),
    "act_not_open": Text("当前状态不允许此操作", "The state does not allow this act"),
    "second_person_needed": Text("须由另一人审批", "Another person must decide"),
    "budget_exhausted": Text("预算余额不足", "The budget is exhausted"),
    "budget_missing": Text("没有该年度该条的预算", "No budget of this year and rule"),
    "budget_below_commitments": Text("预算低于已承诺金额", "The budget is below its commitments"),
    "budget_known": Text("该年度该条已有预算", "The year and rule have a budget already"),
    "facts_changed": Text("事实有变", "The facts have changed"),
    "not_due": Text("目前没有应得金额", "Nothing is due now"),
    "applied_before": Text("已有申报", "Applied for before"),
    "told_before": Text("已一次性告知", "All that lacks was told before"),
    "money_moved": Text("已有款项支付", "Money was paid already"),
    "notice_running": Text("公示尚未结束", "The notice still hangs"),
    "notice_closed": Text("不在公示期", "Not on public notice"),
    "objections_stand": Text("有未处理或已成立的异议", "Objections stand"),
    "objection_decided": Text("异议已处理", "The objection was decided before"),
    "documents_closed": Text("现在不能上传材料", "No documents now"),
    "document_too_large": Text("材料过大", "The document is too large"),
    "nothing_to_pay": Text("无须拨付", "Nothing to pay"),
    "return_file_unreadable": Text("回盘文件无法识别", "Not a return file"),
    "return_file_too_large": Text("回盘文件过大", "The return file is too large"),
    "bank_ref_known": Text("银行流水号已使用", "The bank's number is used already"),
    "more_than_paid": Text("超过净支付额", "More than was paid"),
    "organization_not_yours": Text("不是本单位的数据", "Data of another organisation"),
}
