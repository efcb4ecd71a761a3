"""Titles of the problems that credit answers."""

from collections.abc import Mapping
from typing import Any

from kit.problems import MEDIA_TYPE
from kit.text import Text

REFUSED: dict[int | str, dict[str, Any]] = {
    403: {
        "description": "应由另一方作出 · another party may do this",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}
"""For routes open to every role, where a caller may still be the wrong party."""

PROBLEMS: Mapping[str, Text] = {
    "consent_required": Text("需要企业的有效授权", "A valid consent of the enterprise is needed"),
    "wrong_party": Text("应由另一方作出", "Another party decides this"),
    "step_not_open": Text("当前状态不能作此操作", "This step is not open now"),
    "not_your_enterprise": Text("不是本企业的信息", "Not your own enterprise"),
    "outlet_not_at_work": Text("该平台未启用", "The platform is not configured"),
    "nothing_to_send": Text("没有需要报送的内容", "There is nothing to send"),
    "outcome_known": Text("该查询已有结果", "The look has an outcome already"),
    "answer_no_longer_kept": Text(
        "授权所定的保存期限已过", "The time for which the answer may be kept is over"
    ),
    "fact_not_standing": Text("该信息已不再有效", "The fact no longer stands"),
    "dispute_waiting": Text("已有办理中的申请", "One about this fact is still open"),
    "nothing_to_repair": Text("该信息无须修复", "There is nothing to repair"),
    "repair_too_early": Text("尚未到可修复的时间", "It is too early for a repair"),
    "not_corrected_yet": Text("失信行为尚未纠正", "The conduct has not been corrected yet"),
    "merger_known": Text("已有该合并记录", "This merger is on record"),
    "answer_expired": Text(
        "所答内容含不得再提供的信息", "The answer holds facts that may no longer be shown"
    ),
}
