"""Words of the pages that no service supplies."""

from kit.text import Text

WORDS = {
    "facts": Text("请填写您知道的情况", "Tell what you know"),
    "calculate": Text("测算", "Calculate"),
    "remove": Text("去掉这一项", "Remove this one"),
    "unknown": Text("不知道", "not known"),
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "total": Text("合计", "Total"),
    "yuan": Text("元", "yuan"),
    "ceiling": Text("最高 ", "up to "),
    "undecided": Text("尚不能确定", "not settled yet"),
    "missing": Text("还缺：", "Missing: "),
    "no_policy": Text("当日没有可测算的政策", "no policy of today can be calculated"),
    "unreachable": Text("平台暂时没有应答，请稍后再试。", "No answer just now, try again."),
    "next": Text("下一步：", "Next: "),
}
OUTCOMES = {
    "eligible": Text("可以享受", "eligible"),
    "not_eligible": Text("不能享受", "not eligible"),
    "pending": Text("待后续认定", "waits for a later official act"),
    "needs_info": Text("需要补充情况", "needs information"),
    "needs_review": Text("需要人工研判", "a person decides"),
    "invalid_input": Text("情况自相矛盾或不合规定", "facts contradict law or each other"),
}
