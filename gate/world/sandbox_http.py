"""The sandbox over HTTP: `POST …/tools/{tool}` with the arguments as a JSON object, or GET with them as the query. What
is answered is JSON, whatever was asked."""

import json

from starlette.requests import Request
from starlette.responses import Response

from gate.core import jsons
from gate.core.jsons import Json
from gate.world.sandbox_asked import Asked, Outcome, Post
from gate.world.sandbox_calls import Calls


async def answer(
    request: Request, body: bytes, tool: str, post: Post, calls: Calls
) -> Response:  # fmt: skip
    arguments, fault = _arguments(request, body)
    traces = tuple(value for name, value in post.headers.items() if name == "traceparent")
    asked = Asked(tool, arguments, "http", post.t_ns, post.token, traces, post.headers, fault)
    return response(await calls.answer(asked, post.gone))


def response(outcome: Outcome) -> Response:
    if outcome.how == "malformed":
        return Response(str(outcome.value), outcome.status, media_type="application/json")
    return told(outcome.status, {"error": outcome.value} if outcome.how == "error" else outcome.value)


def told(status: int, value: Json) -> Response:
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Response(text, status, media_type="application/json")


def _arguments(request: Request, body: bytes) -> tuple[Json, str]:
    """The arguments, or what came instead of them and what is wrong with it."""
    if request.method == "GET":
        query = request.query_params
        many = {name: query.getlist(name) for name in query}
        return {name: values[0] if len(values) == 1 else list(values) for name, values in many.items()}, ""
    if request.method != "POST":
        return {}, f"a tool is called with POST, or with GET and a query, not with {request.method}"
    if not body:
        return {}, ""
    shown = body.decode("utf-8", "replace")
    try:
        arguments = jsons.parse(body)
    except ValueError as error:
        return shown, f"the arguments are to be a JSON object, and the body is no JSON: {error}"
    if not isinstance(arguments, dict):
        return arguments, f"the arguments are to be a JSON object, and the body is {_named(arguments)}"
    return arguments, ""


def _named(value: Json) -> str:
    match value:
        case list():
            return "a list"
        case str():
            return "a text"
        case None:
            return "null"
        case bool():
            return "true or false"
        case _:
            return "a number"
