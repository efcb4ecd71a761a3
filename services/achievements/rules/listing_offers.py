"""协议定价: offers and counter-offers between one buyer and the seller, until one is accepted.

```
open ──accepted──▶ accepted
  ├──declined──▶ declined
  ├──countered──▶ countered       (a new open offer of the other side follows)
  └──taken_back─▶ taken_back
```
"""

from enum import StrEnum

from kit.errors import Forbidden
from kit.text import Text
from services.achievements.rules.steps import Steps


class OfferState(StrEnum):
    """报价状态"""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    COUNTERED = "countered"
    TAKEN_BACK = "taken_back"


class OfferAct(StrEnum):
    """接受、拒绝、还价、撤回"""

    ACCEPT = "accepted"
    DECLINE = "declined"
    COUNTER = "countered"
    TAKE_BACK = "taken_back"


OFFER_STEPS: Steps[OfferState, OfferAct] = Steps(
    noun=Text("报价", "offer"),
    code="offer_step_not_open",
    table={(OfferState.OPEN, act): OfferState(act.value) for act in OfferAct},
    names={
        OfferState.OPEN: "待答复",
        OfferState.ACCEPTED: "已接受",
        OfferState.DECLINED: "已拒绝",
        OfferState.COUNTERED: "已还价",
        OfferState.TAKEN_BACK: "已撤回",
    },
)


def require_may_answer(act: OfferAct, *, is_author: bool) -> None:
    """Its author takes an offer back; the other side answers it."""
    if is_author is not (act is OfferAct.TAKE_BACK):
        raise Forbidden(
            "forbidden",
            Text(
                "报价由对方答复，由报价方撤回", "the other side answers; its author takes it back"
            ),
        )
