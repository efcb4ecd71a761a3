"""The bureau's register of organisations comes in as a file, is checked, and can be taken back."""

import io

import openpyxl
from python_calamine import CalamineWorkbook

from tests.db.achievements.conftest import BUREAU, ENTERPRISE, Registry, make_item
from tests.db.achievements.importing import PATH

HEADER = "统一社会信用代码,单位名称,机构类型,所在区县,是否规上,入规日期\n"
KNOWN, NEW, WRONG = "12370000495500022X", "91370102MA3D000200", "91370102MA3D000201"


def import_as(
    registry: Registry, client: str, name: str, content: bytes, **form: str
) -> dict[str, object]:
    caller = getattr(registry, client)
    data = {"kind": "organizations", **form}
    sent = caller.post(PATH, data=data, files={"file": (name, content)})
    assert sent.status_code == 202, sent.text
    registry.finish_import(sent.json()["id"])
    done = caller.get(f"{PATH}/{sent.json()['id']}").json()
    return {**done, "rows": caller.get(f"{PATH}/{done['id']}/rows").json()["items"]}


def counts_of(done: dict[str, object]) -> dict[str, int]:
    return {result: n for result, n in done["counts"].items() if n and result != "read"}  # type: ignore[attr-defined]


def read(registry: Registry, uscc: str) -> dict[str, object]:
    answer = registry.public.get(f"/v1/organizations/{uscc}")
    return dict(answer.json()) if answer.status_code == 200 else {}


def test_a_file_of_organisations_is_tried_taken_and_taken_back(registry: Registry) -> None:
    body = {"name": "济南某大学", "kind": "university", "is_industrial": False}
    registry.officer.put(f"/v1/organizations/{KNOWN}", json=body).raise_for_status()
    before = registry.officer.get("/v1/exports/organizations.ndjson").text
    table = (
        f"历下区机构名录\n{HEADER}{KNOWN},济南某大学新名,高校,历下区,否,\n"
        f"{NEW},泉韵智造,企业,历下区,是,2022.3\n{WRONG},错码,企业,,,\n{NEW},重复,企业,,,\n"
    ).encode("gb18030")

    tried = import_as(registry, "officer", "名录.csv", table, dry_run="true")
    assert registry.officer.get("/v1/exports/organizations.ndjson").text.count(NEW) == 0
    done = import_as(registry, "officer", "名录.csv", table)
    again = import_as(registry, "officer", "名录.csv", table)

    assert counts_of(tried) == counts_of(done) == {
        "created": 1, "updated": 1, "failed": 1, "duplicates": 1,
    }  # fmt: skip
    assert counts_of(again) == {"unchanged": 2, "failed": 1, "duplicates": 1}
    [error] = [one for row in done["rows"] for one in row["errors"]]  # type: ignore[attr-defined]
    assert error["pointer"] == "/uscc"
    assert read(registry, NEW)["above_designated_size_since"] == "2022-03-01"
    # The file has no column for it, so it stays.
    changed = read(registry, KNOWN)
    assert (changed["is_industrial"], changed["former_names"]) == (False, ["济南某大学"])

    taken_back = registry.officer.post(f"{PATH}/{done['id']}/rollback")
    assert taken_back.json()["state"] == "rolled_back", taken_back.text
    after = registry.officer.get("/v1/exports/organizations.ndjson").text
    # The bureau itself entered the register with its first file.
    assert [line for line in after.splitlines() if BUREAU not in line] == before.splitlines()
    assert read(registry, NEW) == {}
    assert read(registry, KNOWN)["former_names"] == []


def test_an_import_of_organisations_that_others_stand_on_is_not_taken_back(
    registry: Registry,
) -> None:
    table = f"{HEADER}{ENTERPRISE},济南明湖智造科技有限公司,企业,历下区,,\n".encode()
    done = import_as(registry, "officer", "x.csv", table)
    registry.enterprise.put(
        "/v1/achievements/by-source/stands", json=make_item(source_id="stands")
    ).raise_for_status()

    refused = registry.officer.post(f"{PATH}/{done['id']}/rollback")

    assert (refused.status_code, refused.json()["code"]) == (409, "import_built_upon")
    assert [thing["id"] for thing in refused.json()["things"]] == [ENTERPRISE]


def test_an_export_of_organisations_comes_back_unchanged(registry: Registry) -> None:
    ended = "91370102MA3D0003XR"
    for uscc in (NEW, ended):
        registry.officer.put(
            f"/v1/organizations/{uscc}", json={"name": "（泉）韵", "kind": "service_agency"}
        )
    for form in ("xlsx", "csv", "ndjson"):
        file = registry.officer.get(f"/v1/exports/organizations.{form}").content
        done = import_as(registry, "officer", f"x.{form}", file)
        assert counts_of(done) == {"unchanged": done["counts"]["read"]}, (form, done)  # type: ignore[index]


def test_others_import_themselves_only_and_nobody_a_snapshot(registry: Registry) -> None:
    table = f"{HEADER}{NEW},别家,企业,,,\n".encode()

    done = import_as(registry, "enterprise", "x.csv", table)
    file = {"file": ("x.csv", table)}
    snapshot = registry.officer.post(
        PATH, data={"kind": "organizations", "mode": "snapshot"}, files=file
    )
    awards = registry.officer.post(PATH, data={"kind": "awards"}, files=file)

    [error] = [one for row in done["rows"] for one in row["errors"]]  # type: ignore[attr-defined]
    assert error["code"] == "forbidden"
    assert (snapshot.status_code, awards.status_code) == (422, 403)


def test_the_template_and_the_error_workbook_of_organisations(registry: Registry) -> None:
    template = registry.public.get("/v1/import-templates/organizations.xlsx").content
    book = openpyxl.load_workbook(io.BytesIO(template))
    sheet = book.worksheets[0]
    sheet.append([WRONG, "错码公司", "企业", "历下区"])
    stream = io.BytesIO()
    book.save(stream)

    done = import_as(registry, "officer", "名录.xlsx", stream.getvalue())
    marked = registry.officer.get(f"{PATH}/{done['id']}/error-workbook").content

    rows = CalamineWorkbook.from_filelike(io.BytesIO(marked)).get_sheet_by_index(0).to_python()
    assert "uscc" in str(rows[1][-1])
    assert counts_of(done) == {"failed": 1}
