"""Titles of the problems that only this house has."""

from collections.abc import Mapping

from kit.text import Text

PROBLEMS: Mapping[str, Text] = {
    "payment_contradicts": Text(
        "与已登记的市级拨付矛盾", "In contradiction to the payment recorded"
    ),
    "payment_above_approval": Text("拨付超过核定", "The payment exceeds the approval"),
    "act_not_open": Text("当前状态不允许此操作", "The state does not allow this act"),
    "second_person_needed": Text("须由另一人审批", "Another person must decide"),
    "budget_exhausted": Text("预算余额不足", "The budget is exhausted"),
    "budget_missing": Text("没有该年度该条的预算", "No budget of this year and rule"),
    "budget_below_commitments": Text("预算低于已承诺金额", "The budget is below its commitments"),
    "budget_known": Text("该年度该条已有预算", "The year and rule have a budget already"),
    "facts_changed": Text("事实有变", "The facts have changed"),
    "not_due": Text("目前没有应得金额", "Nothing is due now"),
    "applied_before": Text("已有申报", "Applied for before"),
    "organization_not_yours": Text("不是本单位的数据", "Data of another organisation"),
}
