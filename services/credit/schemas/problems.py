"""Titles of the problems that credit answers."""

from collections.abc import Mapping

from kit.text import Text

PROBLEMS: Mapping[str, Text] = {
    "consent_required": Text("需要企业的有效授权", "A valid consent of the enterprise is needed"),
    "wrong_party": Text("应由另一方作出", "Another party decides this"),
    "step_not_open": Text("当前状态不能作此操作", "This step is not open now"),
    "not_your_enterprise": Text("不是本企业的信息", "Not your own enterprise"),
    "answer_expired": Text(
        "所答内容含已满展示期限的信息", "The answer holds facts that may no longer be shown"
    ),
}
