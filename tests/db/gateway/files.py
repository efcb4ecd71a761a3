"""Files of the supports, moved over HTTP as their parties would."""

from dataclasses import dataclass

import httpx

from .conftest import Gateway, Walk

SCHEME = "jinan-2242"


@dataclass
class File:
    """One file, and the ways to move it."""

    gateway: Gateway
    path: str

    @property
    def id(self) -> str:
        return self.path.rsplit("/", 1)[1]

    def read(self, by: str = "demo-officer") -> dict:
        with self.gateway.call(by) as client:
            return client.get(self.path).json()

    def take(self, by: str, act: str, **body: object) -> httpx.Response:
        return self._post("steps", by, {"act": act, **body})

    def decide(self, by: str, outcome: str = "approved", **body: object) -> httpx.Response:
        return self._post("decisions", by, {"outcome": outcome, **body})

    def walk(self, *steps: tuple) -> "File":
        for by, act, *rest in steps:
            answer = self.take(by, act, **(rest[0] if rest else {}))
            assert answer.status_code == 200, (act, answer.text)
        return self

    def _post(self, what: str, by: str, body: dict) -> httpx.Response:
        headers = {"If-Match": f'"{self.read()["version"]}"'}
        with self.gateway.call(by) as client:
            return client.post(f"{self.path}/{what}", json=body, headers=headers)


def find_product(gateway: Gateway, kind: str) -> str:
    with gateway.call() as client:
        items = client.get("/v1/products").json()["items"]
    return next(one["id"] for one in items if one["kind"] == kind)


def apply_for(gateway: Gateway, path: str, by: str = "demo-enterprise", **body: object) -> File:
    with gateway.call(by) as client:
        answer = client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return File(gateway, answer.headers["Location"])


def apply_for_loan(walk: Walk, kind: str = "credit_loan", **overrides: object) -> File:
    body = {
        "case_id": walk.opened["id"],
        "product_id": find_product(walk.gateway, kind),
        "amount_yuan": "1000000.00",
        "months": 12,
        "purpose": "中试设备",
    }
    return apply_for(walk.gateway, "/v1/loans", **(body | overrides))


def apply_for_guarantee(walk: Walk, **overrides: object) -> File:
    body = {
        "case_id": walk.opened["id"],
        "product_id": find_product(walk.gateway, "guarantee"),
        "principal_yuan": "1000000.00",
    }
    return apply_for(walk.gateway, "/v1/guarantees", **(body | overrides))


def issue_guarantee(file: File, scheme: object = SCHEME, principal: str = "1000000.00") -> File:
    said = {"stock_scheme": scheme} if isinstance(scheme, str) else {"scheme": scheme}
    quote = {"principal_yuan": principal, "fee_rate": "0.0076", "valid_until": "2099-12-31"}
    file.walk(("demo-insurer", "quote", quote | said), ("demo-enterprise", "accept_quote"))
    answer = file.decide("demo-insurer", number="B-1", in_force_until="2099-12-31")
    assert answer.status_code == 200, answer.text
    return file


def approve_loan(file: File, **overrides: object) -> httpx.Response:
    file.walk(("demo-bank", "accept"), ("demo-bank", "examine", {"findings": "现场尽调完成"}))
    body = {"amount_yuan": "1000000.00", "annual_rate": "0.0361", "months": 12}
    return file.decide("demo-bank", **(body | overrides))


def pay_out(file: File, amount: str = "1000000.00") -> File:
    return file.walk(
        ("demo-enterprise", "sign", {"contract_number": "HT-1"}),
        ("demo-bank", "disburse", {"amount_yuan": amount}),
    )
