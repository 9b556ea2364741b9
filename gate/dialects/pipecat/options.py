"""What a manifest may say of a Pipecat bot under `options:`. Pure."""

from pydantic import Field, model_validator

from gate.core.jsons import Json
from gate.dialects import base
from gate.dialects.pipecat.rtvi import Wire


class PipecatOptions(base.Options):
    """`session` is laid over the data of `client-ready`."""

    wire: Wire = "protobuf"
    rtvi: bool = True
    client_tools: bool = False
    disconnect_bot: bool = True
    session: dict[str, Json] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _rtvi_where_it_is_needed(self) -> "PipecatOptions":
        needed = [name for name in ("client_tools", "session") if getattr(self, name)]
        needed += ["wire: eval"] if self.wire == "eval" else []
        if needed and not self.rtvi:
            raise ValueError(f"{needed[0]} needs RTVI, which rtvi: false says the bot does not speak")
        return self
