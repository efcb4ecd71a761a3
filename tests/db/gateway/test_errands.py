"""Tasks that other houses give stand in the inbox beside the tracks, until they are done."""


def open_task(hear, number):
    hear(
        f"opened-{number}",
        "achievements.task-opened",
        task_id=f"00000000-0000-7000-8000-00000000000{number}",
        kind="follow_up",
        title_zh="回访对接：甲 与 乙（满 30 日）",
        title_en="follow up 甲 and 乙 (30 days)",
        link="/v1/matchmaking-events/x/follow-ups",
        due_on="2026-11-20",
    )


def close_task(hear, number):
    task_id = f"00000000-0000-7000-8000-00000000000{number}"
    hear(f"closed-{number}", "achievements.task-closed", task_id=task_id, closed_on="2026-11-23")


def errands_of(gateway, client, **headers):
    items = gateway.call(client, **headers).get("/v1/tasks", params={"limit": 200}).json()["items"]
    return [item for item in items if "errand_id" in item]


def test_what_another_house_gives_waits_in_the_inbox_until_it_is_done(gateway, hear, open_case):
    open_case()
    open_task(hear, 1)
    open_task(hear, 2)

    errands = errands_of(gateway, "demo-officer")
    assert [one["act"] for one in errands] == ["follow_up", "follow_up"]
    assert errands[0]["light"] == "red"
    english = errands_of(gateway, "demo-officer", **{"Accept-Language": "en"})
    assert english[0]["title"].startswith("follow up")
    assert errands_of(gateway, "demo-bank") == []
    officer = gateway.call("demo-officer")
    whole = officer.get("/v1/tasks", params={"limit": 200}).json()["items"]
    first = officer.get("/v1/tasks", params={"limit": 1}).json()
    second = officer.get("/v1/tasks", params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert [*first["items"], *second["items"]] == whole[:2]
    assert any("track_id" in item for item in whole)

    close_task(hear, 1)
    assert len(errands_of(gateway, "demo-officer")) == 1


def test_an_end_that_is_heard_of_first_keeps_the_task_out(gateway, hear):
    close_task(hear, 3)
    open_task(hear, 3)

    ids = [one["errand_id"][-1] for one in errands_of(gateway, "demo-officer")]
    assert "3" not in ids
