"""Excel files as their senders have them."""

import io

import openpyxl


def make_workbook(batch, uscc):
    """An Excel file as a university has it: a title above the header, one wrong row."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["山东某大学 2024 年科技成果汇总表"])
    sheet.append(
        [
            "成果编号",
            "成果名称",
            "成果简介",
            "关键词",
            "技术成熟度",
            "完成单位",
            "统一社会信用代码",
            "完成人",
            "完成日期",
        ]
    )
    for row in range(4):
        sheet.append(
            [
                f"X-{batch}-{row}",
                f"表格成果 {batch}-{row}",
                "简介",
                "甲;乙",
                5,
                "山东某大学",
                uscc,
                "李某、王某",
                "2024.3",
            ]
        )
    sheet.append(
        [
            f"X-{batch}-9",
            f"表格成果 {batch}-9",
            "简介",
            "甲",
            15,
            "山东某大学",
            uscc,
            "李某",
            "2024.3",
        ]
    )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
