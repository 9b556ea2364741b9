"""The genesys-audiohook dialect: Genesys Cloud's AudioHook v2 (Audio Connector); the gate is Genesys and dials the
user's server. Pure.

Source: purecloudlabs/audiohook-reference-implementation 2871b01c (protocol/message.ts, client/clientsessionimpl.ts);
for `dtmf`, `inputVariables` and `barge_in`, which are newer, pipecat's GenesysAudioHookSerializer. Control is JSON in
text frames, audio is PCMU at 8 kHz in binary frames. Messages are numbered from 1, each side its own, and name the last
one of the other side. Genesys pings a second after the start and every five seconds from then on, and answers
`disconnect` with `close`. Its signature of the upgrade (Signature, Signature-Input) is not spoken."""

from dataclasses import replace
from typing import Annotated, Final

from pydantic import Field

from gate.core.capabilities import Capabilities
from gate.core.jsons import Json
from gate.core.plan import Dial
from gate.dialects import base
from gate.dialects.base import About, Base, Object
from gate.dialects.genesys_audiohook.agent import Agent
from gate.dialects.genesys_audiohook.encoder import Encoder, derived, session_id
from gate.dialects.genesys_audiohook.observer import RATE_HZ, Observer

Uuid = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


class GenesysOptions(base.Options):
    """What Genesys says of the call. `frame_ms`: how much audio a frame holds; the reference client sends 200 ms."""

    organization_id: Uuid = "d7934305-0972-4844-938e-9060eef73d05"
    ani: str = "+15555550100"
    ani_name: str = "Voxgate"
    dnis: str = "+15555550199"
    custom_config: dict[str, Json] = Field(default_factory=dict)
    frame_ms: int = Field(default=200, ge=10, le=500)


class GenesysAudioHook(Base[GenesysOptions]):
    name = "genesys-audiohook"
    Options = GenesysOptions
    about = About(
        "Genesys AudioHook", "carrier", "high", "pipecat's Genesys serializer, as a server that the gate calls"
    )

    def __init__(self, options: GenesysOptions | None = None, *, http_first: bool = False) -> None:
        super().__init__(options, http_first=http_first)
        self.capabilities = Capabilities(
            passes_metadata=True,
            shows=frozenset({
                "session.started", "output_audio.delta", "response.cancelled", "metadata", "error", "session.closed",
            }),
            input_rate_hz=RATE_HZ,
            output_rate_hz=RATE_HZ,
            frame_ms=self.options.frame_ms,
            session=frozenset({"language", "metadata"}),
            configures_first=True,
            acknowledges_configuration=False,
            answers_tools=False,
            presses=True,
            bursts=False,
        )  # fmt: skip

    def dial(self, dial: Dial, session: Object, call_id: str) -> Dial:
        own = {
            "Audiohook-Organization-Id": self.options.organization_id,
            "Audiohook-Session-Id": session_id(call_id),
            "Audiohook-Correlation-Id": derived(call_id, "correlation"),
        }
        given = {name.casefold() for name, _ in dial.headers}
        added = ((name, value) for name, value in own.items() if name.casefold() not in given)
        return replace(dial, headers=(*dial.headers, *added))

    def encoder(self, call_id: str = "") -> Encoder:
        return Encoder(self.said_of_the_call(call_id), session_id(call_id))

    def said_of_the_call(self, call_id: str) -> Object:
        """The parameters of `open`, as far as the session has no part in them."""
        told, custom = self.options, self.options.custom_config
        participant: Json = {
            "id": derived(call_id, "participant"), "ani": told.ani, "aniName": told.ani_name, "dnis": told.dnis,
        }  # fmt: skip
        ids: Object = {"organizationId": told.organization_id, "conversationId": derived(call_id, "conversation")}
        return {**ids, "participant": participant} | ({"customConfig": custom} if custom else {})

    def observer(self) -> Observer:
        return Observer()

    def agent(self) -> Agent:
        return Agent()

    def opaque(self, message: Object, path: str) -> bool:
        entity = path.startswith("parameters.entities.") and path.endswith(".type") and path.count(".") == 3
        return entity or path in _FIXED or path.startswith("parameters.media.")


_FIXED: Final = frozenset({
    "version", "type", "id", "position", "parameters.digit", "parameters.reason", "parameters.organizationId",
    "parameters.conversationId", "parameters.participant.id", "parameters.discardTo", "parameters.rtt",
})  # fmt: skip
