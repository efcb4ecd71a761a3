"""Doubles are found, judged side by side, merged and taken apart again; measured on pairs."""

import random

from tests.db.achievements.conftest import Registry, make_item

_WHAT = [
    "固态锂电池",
    "高温合金",
    "肿瘤靶向药物",
    "卫星导航",
    "工业机器人",
    "量子密钥",
    "海水淡化",
    "玉米良种",
    "超声成像",
    "氢燃料电堆",
    "碳纤维",
    "语音识别",
    "污泥处置",
    "地热开采",
]
_HOW = [
    "界面改性",
    "精密成形",
    "分子筛选",
    "抗干扰接收",
    "柔性抓取",
    "远距离分发",
    "膜组件清洗",
    "单倍体选育",
    "实时重建",
    "低铂催化",
    "连续化制备",
    "端侧推理",
    "低温热解",
    "回灌监测",
]
_END = ["关键技术及应用", "方法与装置", "成套工艺研发", "系统集成示范"]


def make_titles(dice: random.Random, count: int) -> list[str]:
    every = [f"{what}{how}{end}" for what in _WHAT for how in _HOW for end in _END[:1]]
    chosen = dice.sample(every, min(count, len(every)))
    return [title.replace(_END[0], dice.choice(_END)) for title in chosen]


def perturb(dice: random.Random, title: str) -> str:
    """As the same title is written a second time: a slip, a mark, another width, an addition."""
    place = dice.randrange(1, len(title) - 1)
    return dice.choice(
        [
            title[:place] + title[place + 1 :],
            title[:place] + "的" + title[place:],
            f"《{title}》",
            title[:place] + " " + title[place:],
            f"{title}（二期）",
            title[:place] + title[place + 1] + title[place] + title[place + 2 :],
            f"一种{title}",
        ]
    )


def send(registry: Registry, client: str, items: list[dict[str, object]]) -> list[str]:
    answer = getattr(registry, client).post("/v1/achievements/batches", json={"items": items})
    return [item["id"] for item in answer.json()["items"]]


def test_perturbed_titles_are_found_and_others_are_not(registry: Registry) -> None:
    dice = random.Random(7)
    titles = make_titles(dice, 150)

    def item(number: int, title: str, side: str) -> dict[str, object]:
        # Seven teams, each with some twenty titles of its own: shared people alone prove nothing.
        people = [{"name": f"作者{number % 7}甲"}, {"name": f"作者{number % 7}乙"}]
        return make_item(
            source_id=f"{side}-{number}",
            title=title,
            contributors=people,
            intellectual_property=[],
        )

    left = send(registry, "university", [item(n, t, "l") for n, t in enumerate(titles)])
    right = send(
        registry, "enterprise", [item(n, perturb(dice, t), "r") for n, t in enumerate(titles)]
    )
    truth = {frozenset(pair) for pair in zip(left, right, strict=True)}

    scanned = registry.officer.post("/v1/duplicate-candidates/scans")
    assert scanned.status_code == 200, scanned.text
    found: set[frozenset[str]] = set()
    cursor: dict[str, str] = {}
    while True:
        page = registry.officer.get(
            "/v1/duplicate-candidates", params={"limit": 200, **cursor}
        ).json()
        found |= {frozenset((p["first"]["id"], p["second"]["id"])) for p in page["items"]}
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}

    right_ones = len(found & truth)
    precision, recall = right_ones / len(found), right_ones / len(truth)
    assert recall >= 0.99, f"recall {recall:.4f} of {len(truth)} pairs"
    assert precision >= 0.97, f"precision {precision:.4f} of {len(found)} found"


def test_a_pair_is_merged_and_taken_apart(registry: Registry) -> None:
    patent = [{"kind": "invention_patent", "number": "ZL95115608.X", "status": "granted"}]
    one = make_item(source_id="m1", title="甲种发动机", intellectual_property=patent)
    two = make_item(source_id="m2", title="完全另一个名字", intellectual_property=patent)
    ids = send(registry, "university", [one, two])
    registry.officer.post("/v1/duplicate-candidates/scans")
    queue = registry.officer.get("/v1/duplicate-candidates", params={"limit": 200}).json()
    pair = next(p for p in queue["items"] if {p["first"]["id"], p["second"]["id"]} == set(ids))
    place = f"/v1/duplicate-candidates/{pair['id']}/decisions"

    def listed() -> list[str]:
        found = registry.public.get("/v1/achievements", params={"limit": 200, "q": "甲种发动机"})
        return [item["id"] for item in found.json()["items"]]

    assert (pair["certainty"], pair["reasons"]) == ("certain", ["patent"])
    merge = {"decision": "merged", "keep": ids[1]}
    assert registry.enterprise.post(place, json=merge).status_code == 404
    merged = registry.officer.post(place, json=merge, headers={"If-Match": '"1"'})
    assert merged.json()["kept_id"] == ids[1]
    assert ids[0] not in listed()
    again = registry.officer.post(place, json=merge, headers={"If-Match": '"2"'})
    assert (again.status_code, again.json()["allowed"]) == (409, ["undone"])
    undo = {"decision": "undone"}
    undone = registry.officer.post(place, json=undo, headers={"If-Match": '"2"'})
    assert undone.json()["state"] == "open"
    assert ids[0] in listed()
