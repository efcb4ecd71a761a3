"""What the gateway hears from the other houses."""

from pydantic import BaseModel, ConfigDict


class ConsentMoved(BaseModel):
    """`credit.consent-changed`, as far as the gateway needs it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    consent_id: str
    uscc: str
    institution_uscc: str
    state: str
