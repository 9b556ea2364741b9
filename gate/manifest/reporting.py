"""`report:` of a manifest: what the reports of a run point at. Data alone: nothing is asked of that address."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from gate.core.callnames import PLACEHOLDER
from gate.core.wrong import Wrong
from gate.suites.keys import Given, Text

TRACE_ID = "trace_id"
EXAMPLE = "https://traces.example/trace/{trace_id}"


def _trace_url(text: str) -> str:
    """A link that somebody clicks on: an address of the web that differs from case to case."""
    try:
        address = urlsplit(text)
        is_web = address.scheme in ("https", "http") and bool(address.hostname)
    except ValueError:
        is_web = False
    if not is_web or any(letter.isspace() or not letter.isprintable() for letter in text):
        raise Wrong("is no address of a page", "https://… with {trace_id} in it", f'write "{EXAMPLE}", for example')
    strange = sorted(set(PLACEHOLDER.findall(text)) - {TRACE_ID})
    if strange:
        raise Wrong(f"holds {{{strange[0]}}}, which nothing stands for here", "{trace_id} alone", "write {trace_id}")
    if TRACE_ID not in PLACEHOLDER.findall(text):
        raise Wrong(
            "is the same for every case", "{trace_id} in it", "put {trace_id} where the id of the trace belongs"
        )
    return text


class ReportSettings(BaseModel):
    """What reports point at. `trace_url` is where your backend shows one trace."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    trace_url: Given[Annotated[Text, AfterValidator(_trace_url)]] = Field(default=None, examples=[EXAMPLE])
