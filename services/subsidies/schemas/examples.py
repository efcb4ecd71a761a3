"""Examples that the API pages show."""

from typing import Any

from fastapi.openapi.models import Example

_APPLICANT: dict[str, Any] = {
    "kind": "enterprise",
    "in_district": True,
    "is_industrial": True,
    "is_above_designated_size": True,
}

CALCULATIONS: dict[str, Example] = {
    "award": {
        "summary": "省级科技进步奖一等奖 · a provincial first prize",
        "value": {
            "on": "2024-06-30",
            "applicant": _APPLICANT,
            "awards": [
                {
                    "id": "a1",
                    "scheme": "shandong_st_progress",
                    "level": "first",
                    "awarded_on": "2024-03-01",
                }
            ],
        },
    },
    "contract": {
        "summary": "技术合同配套，已定比例 · a contract matched at a decided ratio",
        "value": {
            "on": "2024-06-30",
            "applicant": _APPLICANT,
            "contracts": [
                {
                    "id": "c1",
                    "type": "development",
                    "registered_by": "jinan_municipal",
                    "registered_on": "2024-02-02",
                    "city_subsidy": {
                        "approved_yuan": "60000.00",
                        "disbursed_yuan": "60000.00",
                        "disbursed_on": "2024-05-10",
                        "payment_ref": "JN-2024-0001",
                    },
                    "decision": {"match_ratio": "0.5"},
                }
            ],
        },
    },
    "unknown": {
        "summary": "有未知的事实 · with a fact that is not known",
        "value": {
            "on": "2024-06-30",
            "applicant": _APPLICANT,
            "awards": [
                {
                    "id": "a1",
                    "scheme": "national_st_progress",
                    "level": None,
                    "awarded_on": "2024-03-01",
                }
            ],
        },
    },
}
