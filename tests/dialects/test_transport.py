import pytest

from gate.core.frames import Direction, Frame, Opcode
from gate.core.signals import Closed, Other, Refused, Signal, Violation
from gate.dialects.transport import observe_transport

SENT, RECEIVED = Direction.SENT, Direction.RECEIVED


@pytest.mark.parametrize(
    ("direction", "opcode", "data", "signal"),
    [
        (RECEIVED, Opcode.CLOSE, '{"code":1000,"reason":"bye"}', Closed(1000, "bye")),
        (SENT, Opcode.CLOSE, '{"code":4001,"reason":""}', Closed(4001, "")),
        (RECEIVED, Opcode.CLOSE, '{"code":null}', Closed(None, "")),
        (RECEIVED, Opcode.LOST, '{"reason":"reset"}', Closed(None, "reset")),
        (RECEIVED, Opcode.UPGRADE, '{"status":101,"headers":[],"body":""}', Other("upgrade")),
        (RECEIVED, Opcode.UPGRADE, '{"status":401,"body":"no"}', Refused(401, "no")),
        (RECEIVED, Opcode.UPGRADE, '{"status":200,"body":"hi"}', Refused(200, "hi")),
        (SENT, Opcode.UPGRADE, '{"url":"ws://x","headers":[]}', Other("upgrade")),
        (RECEIVED, Opcode.HTTP, '{"status":200,"body":"{}"}', Other("http")),
        (RECEIVED, Opcode.HTTP, '{"status":299}', Other("http")),
        (RECEIVED, Opcode.HTTP, '{"status":302,"body":""}', Refused(302)),
        (RECEIVED, Opcode.HTTP, '{"status":503,"body":"down"}', Refused(503, "down")),
        (RECEIVED, Opcode.HTTP, "{}", Refused(0)),
        (SENT, Opcode.HTTP, '{"method":"POST","url":"http://x"}', Other("http")),
        (RECEIVED, Opcode.CLOSE, "garbage", Violation("close: not the JSON object that the gate writes")),
        (RECEIVED, Opcode.UPGRADE, "[]", Violation("upgrade: not the JSON object that the gate writes")),
    ],
)
def test_frames_around_the_socket_mean_the_same_in_every_dialect(
    direction: Direction, opcode: Opcode, data: str, signal: Signal
) -> None:
    assert observe_transport(Frame(direction, opcode, data, 0)) == (signal,)
