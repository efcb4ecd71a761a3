"""Titles of the problems that only this house has."""

from collections.abc import Mapping

from kit.text import Text

PROBLEMS: Mapping[str, Text] = {
    "payment_contradicts": Text(
        "与已登记的市级拨付矛盾", "In contradiction to the payment recorded"
    ),
    "payment_above_approval": Text("拨付超过核定", "The payment exceeds the approval"),
    "organization_not_yours": Text("不是本单位的数据", "Data of another organisation"),
}
