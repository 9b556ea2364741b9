"""The addresses are those of developers.openai.com (guide to the Realtime API over WebSocket), of learn.microsoft.com
(realtime audio over WebSockets, and its dated preview) and of azure-ai-voicelive's client."""

from typing import Any

import pytest

from gate.core.dialling import addressed
from gate.core.plan import Dial, HttpFirst
from gate.dialects.openai_realtime.dialect import OpenAIRealtime, OpenAIRealtimeOptions

KEY = ("api-key", "secret")


def dialled(url: str, session: dict[str, Any], *headers: tuple[str, str], **options: Any) -> tuple[str, Any]:
    on = OpenAIRealtime(OpenAIRealtimeOptions.model_validate(options))
    dial = on.dial(Dial(url, headers=headers), session, "0" * 32)
    return addressed(dial.url, dial.query), dial.headers


@pytest.mark.parametrize(
    ("url", "session", "address"),
    [
        ("wss://api.openai.com/v1/realtime", {"model": "gpt-realtime"},
         "wss://api.openai.com/v1/realtime?model=gpt-realtime"),
        ("wss://api.openai.com/v1/realtime?model=gpt-realtime-mini", {"model": "gpt-realtime"},
         "wss://api.openai.com/v1/realtime?model=gpt-realtime-mini"),
        ("wss://api.openai.com/v1/realtime?call_id=rtc_1", {"model": "gpt-realtime"},
         "wss://api.openai.com/v1/realtime?call_id=rtc_1"),
        ("wss://acme.openai.azure.com/openai/v1/realtime", {"model": "my deployment"},
         "wss://acme.openai.azure.com/openai/v1/realtime?model=my%20deployment"),
        ("wss://acme.openai.azure.com/openai/realtime?api-version=2025-04-01-preview", {"model": "mine"},
         "wss://acme.openai.azure.com/openai/realtime?api-version=2025-04-01-preview&deployment=mine"),
        ("wss://acme.openai.azure.com/openai/realtime?api-version=2025-04-01-preview&deployment=a", {"model": "mine"},
         "wss://acme.openai.azure.com/openai/realtime?api-version=2025-04-01-preview&deployment=a"),
        ("wss://acme.services.ai.azure.com/voice-live/realtime?api-version=2026-07-15", {"model": "gpt-realtime"},
         "wss://acme.services.ai.azure.com/voice-live/realtime?api-version=2026-07-15&model=gpt-realtime"),
        ("wss://acme.services.ai.azure.com/voice-live/realtime?api-version=2026-07-15&agent-name=clerk",
         {"model": "gpt-realtime"},
         "wss://acme.services.ai.azure.com/voice-live/realtime?api-version=2026-07-15&agent-name=clerk"),
        ("ws://127.0.0.1:8765/v1/realtime", {}, "ws://127.0.0.1:8765/v1/realtime"),
    ],
)  # fmt: skip
def test_the_model_goes_where_the_address_wants_it(url: str, session: dict[str, Any], address: str) -> None:
    assert dialled(url, session) == (address, ())


def test_an_address_that_comes_over_http_gets_its_model_too() -> None:
    dial = Dial("", http=HttpFirst("https://acme.test/session", "url"))
    assert OpenAIRealtime().dial(dial, {"model": "m"}, "0" * 32).query == (("model", "m"),)


def test_the_header_of_the_beta_is_never_sent_where_the_shape_is_not_the_betas() -> None:
    """OpenAI answers it with beta_api_shape_disabled and closes."""
    url = "wss://api.openai.com/v1/realtime"
    assert dialled(url, {}, KEY)[1] == (KEY,)
    assert dialled(url, {}, KEY, shape="xai")[1] == (KEY,)
    assert dialled(url, {}, KEY, shape="beta")[1] == (KEY, ("OpenAI-Beta", "realtime=v1"))


def test_a_header_that_the_user_wrote_is_left_alone() -> None:
    mine = ("openai-beta", "realtime=v2")
    assert dialled("wss://acme.test/v1/realtime", {}, mine, shape="beta")[1] == (mine,)
