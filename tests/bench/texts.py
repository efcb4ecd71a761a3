"""Achievements to measure with: generated ones, and real texts where they lie at hand."""

import gzip
import json
import os
import random
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from kit.identifiers import patent_check

FOLDER = Path(os.environ.get("TEXTS", "../shared/data/text"))
UNIVERSITY = "123700004955000143"
REAL_TEXTS = "arxiv_zh.jsonl.gz"
_HEADS = [
    "高",
    "低",
    "新",
    "微",
    "纳米",
    "智能",
    "复合",
    "绿色",
    "柔性",
    "多级",
    "自适应",
    "分布式",
    "深海",
    "航空",
    "生物",
    "稀土",
]
_CORES = [
    "电池",
    "电解质",
    "传感器",
    "催化剂",
    "合金",
    "机器人",
    "疫苗",
    "芯片",
    "雷达",
    "涂层",
    "发酵",
    "基因",
    "轴承",
    "算法",
    "光纤",
    "膜材料",
    "储氢",
    "焊接",
    "齿轮",
    "育种",
    "激光",
    "净化",
    "冷却",
    "导航",
    "抗体",
    "聚合物",
    "水泥",
    "变压器",
    "锅炉",
    "显微镜",
]
_TAILS = [
    "制备",
    "检测",
    "控制",
    "优化",
    "设计",
    "建模",
    "加工",
    "回收",
    "识别",
    "预测",
    "合成",
    "分离",
    "修复",
    "调度",
]
_SURNAMES, _GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰涛明超"


def list_achievements(rows: int, *, real: bool = True) -> Iterator[dict[str, object]]:
    """So many achievements: the real texts first (if asked for and there), then generated ones."""
    yield from islice(_number(_real_texts() if real else iter(())), rows)


def _number(texts: Iterator[tuple[str, str]]) -> Iterator[dict[str, object]]:
    dice = random.Random(7)
    for number in count():
        title, abstract = next(texts, None) or _generate(dice)
        yield _achievement(dice, number, title, abstract)


def _achievement(dice: random.Random, number: int, title: str, abstract: str) -> dict[str, object]:
    serial = f"2021{dice.choice('128')}{number:07}"
    digits = serial[:4] + "1" + serial[5:]
    return {
        "source_id": f"BENCH-{number:07}",
        "title": title[:500],
        "abstract": abstract[:5000],
        "keywords": dice.sample(_CORES, 4),
        "trl": dice.randint(1, 9),
        "organizations": [{"uscc": UNIVERSITY, "name": "山东某大学"}],
        "contributors": [{"name": _person(dice)} for _ in range(3)],
        "intellectual_property": [
            {
                "kind": "invention_patent",
                "number": f"ZL{digits}.{patent_check(digits)}",
                "status": "granted",
            }
        ],
        "completed_on": f"20{dice.randint(10, 25)}-0{dice.randint(1, 9)}-01",
    }


def _person(dice: random.Random) -> str:
    return dice.choice(_SURNAMES) + "".join(dice.choices(_GIVEN, k=dice.randint(1, 2)))


def _generate(dice: random.Random) -> tuple[str, str]:
    def phrase() -> str:
        return dice.choice(_HEADS) + dice.choice(_CORES) + dice.choice(_TAILS)

    title = f"基于{phrase()}的{phrase()}方法{dice.randrange(10**6)}"
    sentences = (f"针对{phrase()}，提出{phrase()}与{phrase()}，指标达到{n}" for n in range(8))
    return title, "；".join(sentences) + f"，批号 b{dice.randrange(10**5)}。"


def _real_texts() -> Iterator[tuple[str, str]]:
    for name in ("csl_dev_test", "csl_sample_2772", "arxiv_zh"):
        path = FOLDER / f"{name}.jsonl.gz"
        if path.exists():
            with gzip.open(path, "rt") as lines:
                for line in lines:
                    item = json.loads(line)
                    title = item.get("title") or item.get("title_zh") or ""
                    yield title, item.get("abstract") or item.get("abstract_zh") or ""
