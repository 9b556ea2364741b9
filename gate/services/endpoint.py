"""An endpoint of the user's, asked once. What it answers is bounded in size and in time."""

from time import monotonic
from typing import Any

import httpx

from gate.services.failing import Failed, TooSlow, said


def answer(url: str, key: str | None, timeout_ms: float, largest_bytes: int, **body: Any) -> bytes:
    """The body of a 200 to a POST of `body`, as httpx takes it; `key` goes as a bearer token. Raises Failed."""
    timeout_s, data = timeout_ms / 1000, bytearray()
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    deadline = monotonic() + timeout_s
    try:
        with (
            httpx.Client(timeout=timeout_s, trust_env=False) as client,
            client.stream("POST", url, headers=headers, **body) as reply,
        ):
            for piece in reply.iter_bytes():
                data += piece
                if monotonic() > deadline:
                    raise httpx.ReadTimeout("")
                if len(data) > largest_bytes:
                    raise Failed(f"gave more than {largest_bytes / 1e6:.0f} MB")
    except httpx.TimeoutException:
        raise TooSlow(f"did not answer within {timeout_s:g} s") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Failed(f"cannot be asked: {error or type(error).__name__}") from None
    if reply.status_code != httpx.codes.OK:
        raise Failed(f"answered {reply.status_code} {reply.reason_phrase}: {said(bytes(data))}")
    return bytes(data)
