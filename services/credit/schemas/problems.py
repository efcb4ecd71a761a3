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
    "answer_expired": Text(
        "所答内容含已满展示期限的信息", "The answer holds facts that may no longer be shown"
    ),
}
