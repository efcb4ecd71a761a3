"""What the gateway hears from the other houses."""

from datetime import date

from pydantic import BaseModel, ConfigDict


class ConsentMoved(BaseModel):
    """`credit.consent-changed`, as far as the gateway needs it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    consent_id: str
    uscc: str
    institution_uscc: str
    state: str


class TaskGiven(BaseModel):
    """`achievements.task-opened`: something waits for an organisation, to be done over there."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    task_id: str
    uscc: str
    kind: str
    title_zh: str
    title_en: str
    link: str
    due_on: date


class AppointmentMoved(BaseModel):
    """`achievements.appointment-moved`, as far as the gateway needs it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    appointment_id: str
    subject_kind: str
    subject_id: str
    principal_uscc: str
    agency_uscc: str
    state: str
    version: int
    valid_until: date | None


class TaskDone(BaseModel):
    """`achievements.task-closed`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    task_id: str
    uscc: str
    closed_on: date
