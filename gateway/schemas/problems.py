"""The titles of the gateway's own problems."""

from collections.abc import Mapping

from kit.text import Text

PROBLEMS: Mapping[str, Text] = {
    "invalid_client": Text("客户端或密钥不正确", "The client or its secret is not right"),
    "invalid_request": Text("令牌请求不完整", "The token request is incomplete"),
    "unsupported_grant_type": Text("不支持的授权方式", "The grant type is not supported"),
    "not_your_case": Text("只能为本单位立案", "A case can only be opened for oneself"),
    "not_the_holder": Text("不是该环节的承办机构", "Not the organisation that holds the track"),
    "not_allowed_at_case": Text("无权对该办件执行此操作", "Not allowed at this case"),
    "plan_unknown": Text("没有这条办理路径", "There is no such plan"),
    "plan_invalid": Text("办理路径不成立", "The plan cannot be walked"),
    "no_holder": Text("该环节尚无承办机构", "Nobody holds this stage yet"),
    "case_ended": Text("办件已结束", "The case has ended"),
    "credit_required": Text("须先有有效的信用结果", "A current credit result comes first"),
    "consent_required": Text("须有企业的有效授权", "The enterprise's consent is needed"),
    "stage_not_open": Text("该环节尚未开放", "The stage is not open"),
    "act_not_allowed": Text("当前状态不能如此办理", "The state does not allow this"),
    "stage_required": Text("该环节不能免办", "The stage cannot be waived"),
    "trade_record_required": Text("须有交易记录", "A trade record is needed"),
    "contract_incomplete": Text("合同要素不全", "Terms of the contract are missing"),
    "contract_refused": Text("技术合同未能登记", "The contract could not be registered"),
    "contract_used": Text("该合同已用于另一办件", "The contract stands in another case"),
    "contract_not_registered": Text("该合同尚未登记", "The contract is not registered"),
    "credit_refused": Text("信用结果未能形成", "The credit result could not be fixed"),
    "claimed_by_another": Text("该环节已由他人领办", "Somebody else has claimed the task"),
    "not_claimed": Text("不是该环节的经办人", "Not the one who claimed the task"),
    "second_person_required": Text("经办与复核须为两人", "Maker and checker are two people"),
    "appraiser_related": Text("评估机构须回避", "The appraiser is a related party"),
    "notice_given_once": Text("补正内容须一次性告知", "What is missing is told once"),
    "enhancement_not_open": Text("本办件没有转入增信", "Enhancement was not opened"),
    "trade_incomplete": Text("交易要素不全或有误", "Terms of the trade are missing or wrong"),
    "exchange_refused": Text("交易中心未予确认", "The exchange did not confirm the deal"),
    "exchange_unavailable": Text("交易中心没有答复", "The exchange does not answer"),
    "plan_version_decided": Text("该版本已有决定", "This version is decided already"),
    "plan_not_approved": Text("该路径没有获批的版本", "No version of the plan is approved"),
}
