"""What an export is asked for."""

from pydantic import BaseModel, ConfigDict, Field

from services.achievements.rules.forms import FormName


class ExportQuery(BaseModel):
    """Which rows, and in the shape of which national form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: FormName | None = Field(
        None,
        description="the columns and units of a national form; null: the columns of the import",
    )
    organization: str | None = Field(None, max_length=18, description="uscc of the owner")
    year: int | None = Field(None, ge=1985, le=2100, description="R&D expenditure of this year")
