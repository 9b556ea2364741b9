"""Pipecat's own test harness (`pipecat.evals`) runs a scenario in text mode against an agent on the eval wire.
usage: pipecat_harness.py ws://HOST:PORT SCENARIOS.yaml; one line of JSON: why each scenario failed, if it did."""

import asyncio
import json
import sys
from types import ModuleType

from loguru import logger


async def main(url: str, path: str) -> None:
    sys.modules["onnxruntime"] = ModuleType("onnxruntime")  # of a voice detector that text mode never makes
    from pipecat.evals.scenario import EvalScenarioFile
    from pipecat.evals.script_session import EvalScriptSession
    from pipecat.evals.session import EvalSessionParams

    logger.remove()
    told: dict[str, list[str]] = {}
    for scenario in EvalScenarioFile.load(path):
        params = EvalSessionParams(default_timeout_ms=2000, bot_ready_timeout_s=4.0)
        result = await EvalScriptSession.from_scenario(scenario, url, params=params).run()
        told[scenario.name] = [] if result.passed else [str(failure) for failure in result.failures] or ["no reason"]
    print(json.dumps(told))


asyncio.run(main(*sys.argv[1:]))
