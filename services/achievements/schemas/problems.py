"""Titles of the problems that only this house knows."""

from collections.abc import Mapping

from kit.text import Text

PROBLEMS: Mapping[str, Text] = {
    "source_id_taken": Text("该编号已登记", "This source_id is taken"),
    "contract_step_not_open": Text("合同不能执行此步骤", "The contract is not open to this step"),
    "demand_step_not_open": Text("需求不能执行此步骤", "The demand is not open to this step"),
    "demand_not_draft": Text("需求已不是草稿", "The demand is no draft any more"),
    "bidding_still_open": Text("揭榜尚未截止", "Bids are still taken"),
    "header_not_found": Text("没有找到表头", "No header row was found"),
    "file_unreadable": Text("文件无法读取", "The file cannot be read"),
    "file_format_unknown": Text("不支持的文件格式", "Unknown file format"),
    "file_unpacks_too_large": Text("文件解压后过大", "The file unpacks to too much"),
    "file_too_large": Text("文件过大", "The file is too large"),
    "import_not_finished": Text("导入尚未完成", "The import is not finished"),
    "import_not_reversible": Text("导入不能撤销", "The import cannot be taken back"),
    "import_built_upon": Text("已有后续变更", "Later changes stand on the import"),
    "too_many_withdrawals": Text("撤下数量过多", "Too much would be withdrawn"),
    "snapshot_incomplete": Text("快照不完整", "The snapshot is incomplete"),
    "rows_refused": Text("有行未通过校验，整体未导入", "Some rows were refused, so none went in"),
    "row_failed": Text("该行未通过校验", "The row was refused"),
    "booking_overlaps": Text("该时段已被预约", "The time is booked"),
    "instrument_not_in_use": Text("仪器不在用", "The instrument is not in use"),
    "instrument_not_shared": Text("仪器不共享", "The instrument is not shared"),
    "six_haves_missing": Text("“六有”不全", "Evidence is missing"),
    "already_certified": Text("已认定", "Certified already"),
    "no_jump": Text("没有需要说明的变动", "There is no jump to explain"),
    "care_plan_exists": Text("已有服务方案", "There is a care plan already"),
    "promise_kept_already": Text("该事项已办结", "The promise was kept already"),
    "organization_ended": Text("该单位已终止", "The organisation has ended"),
    "tenancy_ended": Text("已迁出", "The tenant has left"),
    "platform_full": Text("平台已满", "The platform is full"),
    "pair_step_not_open": Text("不能执行此步骤", "The pair is not open to this step"),
    "merged_already": Text("已被合并", "Merged already"),
    "row_repeated": Text("该行在本批中重复", "The row is repeated"),
}
