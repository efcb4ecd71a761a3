"""What the national forms refuse is said in both languages."""

import pytest
from pydantic import BaseModel, ValidationError

from kit.validation import faults_of
from services.achievements.schemas.forms import AchievementForm, ContractForm, RdProject

PROJECT = {"name": "项目", "participants": 3, "person_months": 9, "spent_yuan": "10.00"}


@pytest.mark.parametrize(
    ("form", "values", "chinese"),
    [
        (AchievementForm, {"research_started": "2024-05", "research_ended": "2024-03"}, "终止日期"),
        (RdProject, PROJECT | {"started": "2024-05", "finished": "2024-03"}, "终止日期"),
        (
            RdProject,
            PROJECT | {"started": "2024-03", "finished": "2024-05", "government_yuan": "11.00"},
            "政府资金",
        ),
        (ContractForm, {"valid_from": "2024-05-01", "valid_to": "2024-03-01"}, "有效期止"),
    ],
)
def test_a_contradiction_in_a_form_is_named_in_chinese(
    form: type[BaseModel], values: dict[str, object], chinese: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        form.model_validate(values)

    assert faults_of(refused.value)[0].message.zh.startswith(chinese)
