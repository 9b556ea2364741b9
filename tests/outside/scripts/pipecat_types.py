"""Pipecat's own RTVI models judge messages, on each line of the standard input a JSON list of its side (client or bot)
and the message; one line of JSON: for each what is wrong with it. A field that its model does not have is wrong."""

import json
import sys
from typing import Any

import pipecat.processors.frameworks.rtvi.models as rtvi
from pipecat.evals.serializer import EvalConnectionFlags
from pipecat.processors.frameworks.rtvi.observer import RTVIFunctionCallReportLevel
from pydantic import BaseModel, ValidationError

CLIENT: dict[str, type[BaseModel]] = {
    "client-ready": rtvi.ClientReadyData, "client-message": rtvi.RawClientMessageData, "dtmf": rtvi.DTMFInputData,
    "send-text": rtvi.SendTextData, "send-file": rtvi.SendFileData,
    "llm-function-call-result": rtvi.LLMFunctionCallResultData,
}  # fmt: skip
AUDIO = {"base64Audio", "sampleRate", "numChannels"}  # read by hand in RTVIProcessor._handle_audio_buffer


def literal(model: type[BaseModel]) -> str | None:
    field = model.model_fields.get("type")
    return field.default if field and "label" in model.model_fields and isinstance(field.default, str) else None


BOT = {
    kind: model
    for model in vars(rtvi).values()
    if isinstance(model, type) and issubclass(model, BaseModel) and (kind := literal(model))
}


def unknown(given: Any, model: Any, at: str = "") -> list[str]:
    if not isinstance(given, dict) or not isinstance(model, dict):
        return []
    return [f"{at}{key}: unknown" for key in given if key not in model] + [
        wrong for key in given if key in model for wrong in unknown(given[key], model[key], f"{at}{key}.")
    ]


def judge(model: type[BaseModel], given: Any) -> list[str]:
    try:
        made = model.model_validate(given)
    except ValidationError as error:
        return [f"{'.'.join(map(str, fault['loc']))}: {fault['type']}" for fault in error.errors()]
    return unknown(given, made.model_dump())


def of_client(message: Any) -> list[str]:
    wrong = judge(rtvi.Message, message)
    kind, data = message.get("type"), message.get("data")
    if kind == "raw-audio":
        return wrong + [f"data.{key}" for key in AUDIO ^ set(data)]
    if kind == "client-message" and data.get("t") == "eval-connect":
        wrong += judge(EvalConnectionFlags, data["d"])
    if kind == "client-message" and data.get("t") == "eval-configure":
        levels = data["d"]["function_call_report_level"].values()
        wrong += [level for level in levels if level not in [*RTVIFunctionCallReportLevel]]
    return wrong + (judge(CLIENT[kind], data) if kind in CLIENT else [])


def of_bot(message: Any) -> list[str]:
    kind = message.get("type")
    if kind == "eval-bot-audio":
        return [f"data.{key}" for key in {"audio", "sampleRate"} ^ set(message["data"])]
    return judge(BOT[kind], message) if kind in BOT else [f"{kind}: unknown"]


JUDGES = {"client": of_client, "bot": of_bot}
given = [json.loads(line) for line in sys.stdin]
print(json.dumps([JUDGES[side](message) for side, message in given]))
