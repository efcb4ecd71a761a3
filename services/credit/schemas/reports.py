"""查询报告 in PDF: what an institution was told, for its file, with the inquiry number.

Drawn from the kept bytes alone, so it says what the signed answer says. The Chinese face is one
of the standard CID fonts (STSong-Light): no font file is shipped, the reader brings it.
"""

import io
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape

import orjson
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

Raw = dict[str, Any]
_FACE = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(_FACE))

_PLAIN = ParagraphStyle("plain", fontName=_FACE, fontSize=9, leading=13, wordWrap="CJK")
_SMALL = ParagraphStyle("small", parent=_PLAIN, fontSize=7.5, leading=10)
_TITLE = ParagraphStyle("title", parent=_PLAIN, fontSize=16, leading=22, alignment=1)
_HEAD = ParagraphStyle("head", parent=_PLAIN, fontSize=11, leading=16, spaceBefore=8)
_GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
        ("BACKGROUND", (0, 0), (-1, 0), colors.Color(0.92, 0.94, 0.97)),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)
_FRESHNESS = {"fresh": "新", "aging": "渐旧", "stale": "陈旧", "missing": "缺失"}
_CAUTION = (
    "本报告由查询时保存并签名的答复生成。分值为专家评分，仅表示相对强弱，不是违约概率，"
    "不得单独作为拒绝融资的依据。含异议标注的信息正在核查。仅限所载用途使用，并按授权期限保存。"
)


def print_report(answer: bytes, signature: str | None, purpose: str, institution: str) -> bytes:
    """The report of one inquiry; the same answer always gives the same bytes."""
    told: Raw = orjson.loads(answer)
    stream = io.BytesIO()
    document = SimpleDocTemplate(
        stream,
        pagesize=A4,
        title=f"信用查询报告 {told['id']}",
        author="六融",
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        invariant=1,
    )
    number = f"查询编号 {told['id']}"

    def sign_page(canvas: Canvas, _: SimpleDocTemplate) -> None:
        canvas.setFont(_FACE, 7.5)
        canvas.drawString(18 * mm, 10 * mm, number)
        canvas.drawRightString(A4[0] - 18 * mm, 10 * mm, f"第 {canvas.getPageNumber()} 页")

    story = [
        *_open(told, purpose, institution),
        *_profile(told["profile"]),
        *_close(told, signature),
    ]
    document.build(story, onFirstPage=sign_page, onLaterPages=sign_page)
    return stream.getvalue()


def _open(told: Raw, purpose: str, institution: str) -> Iterable[Flowable]:
    yield Paragraph("科技企业信用查询报告", _TITLE)
    yield Spacer(1, 6)
    yield _table(
        ["项目", "内容"],
        [
            ["查询编号", told["id"]],
            ["被查询企业（统一社会信用代码）", told["uscc"]],
            ["查询机构", f"{institution}（{told['institution_uscc']}）"],
            ["查询用途", f"{purpose}（{told['purpose']}）"],
            ["授权编号", told["consent_id"]],
            ["查询时间", told["asked_at"]],
            ["情况截止日 / 已知截止时间", f"{told['as_of']} / {told['known_at']}"],
            ["可保存至", told.get("keep_until") or "未约定"],
        ],
        [60, 114],
    )


def _profile(profile: Raw) -> Iterable[Flowable]:
    yield Paragraph("一、画像结果", _HEAD)
    card = profile["scorecard"]
    yield Paragraph(
        f"得分 {profile['score']} / {profile['best_possible']}，等级 {profile['grade']}"
        f"（{escape(profile['grade_label'])}）；评分卡 {card['id']} {card['version']}",
        _PLAIN,
    )
    lived = profile.get("lifecycle") or {}  # answers of before it was told have none
    yield Paragraph(f"生命周期阶段：{escape(lived.get('label') or '信息不足，未判定')}", _PLAIN)
    for dimension in profile["dimensions"]:
        yield Paragraph(
            f"{escape(dimension['label'])}：{dimension['points']} / {dimension['best']}", _HEAD
        )
        yield _table(
            ["指标", "值", "得分", "来源", "日期", "新鲜度"],
            [_row(each) for each in dimension["indicators"]],
            [46, 32, 22, 34, 24, 16],
        )
    yield from _listed("二、主要失分原因", profile["reasons"], ("text", "advice"))
    yield from _listed("三、未能取得的信息", profile["not_available"], ("label", "text"))
    yield from _listed("四、异议标注", profile["objections"], ("item", "text", "note"))


def _row(indicator: Raw) -> list[str]:
    value = indicator["value"]
    shown = "未披露" if indicator["withheld"] else "—" if value is None else str(value)
    return [
        indicator["label"] + ("（异议处理中）" if indicator["disputed"] else ""),
        shown,
        f"{indicator['points']} / {indicator['best']}",
        indicator["source"] or "—",
        indicator["as_of"] or "—",
        _FRESHNESS[indicator["freshness"]],
    ]


def _listed(head: str, entries: list[Raw], names: tuple[str, ...]) -> Iterable[Flowable]:
    yield Paragraph(head, _HEAD)
    for entry in entries:
        said = "：".join(str(entry[name]) for name in names if entry[name])
        yield Paragraph(f"· {escape(said)}", _PLAIN)
    if not entries:
        yield Paragraph("无", _PLAIN)


def _close(told: Raw, signature: str | None) -> Iterable[Flowable]:
    yield Paragraph("五、说明与核验", _HEAD)
    yield Paragraph(_CAUTION, _PLAIN)
    yield Paragraph(f"输入摘要 {told['input_hash']}", _SMALL)
    if signature is not None:
        yield Paragraph(
            f"答复签名（JWS，ES256，分离式）{signature}；公钥见 /v1/credit-keys", _SMALL
        )


def _table(head: list[str], rows: list[list[str]], widths: list[int]) -> Table:
    cells = [[Paragraph(escape(str(cell)), _SMALL) for cell in row] for row in [head, *rows]]
    return Table(cells, [width * mm for width in widths], style=_GRID, repeatRows=1)
