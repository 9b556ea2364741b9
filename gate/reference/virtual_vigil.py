"""What the gate sees of the reference agent's sessions in virtual time: the same looks at the same times, and the same
notes, as over HTTP."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from gate.core.jsons import canonical
from gate.core.probing import Look, Probe, Reading, is_seen, read
from gate.core.watching import Settling, Watch, until_gone
from gate.reference.register import Register
from gate.session.exchange import Exchange
from gate.session.vigil import told


class VirtualVigil:
    """Of one call. An answer takes no time."""

    def __init__(self, probe: Probe, register: Register, exchange: Exchange) -> None:
        self._probe = probe
        self._register = register
        self._exchange = exchange
        self._before: dict[str, float | None] = {}

    def before(self, t_ns: int) -> int:
        """The time when it is done."""
        settling = {
            look.what: Settling(self._probe.gone_within_ms) for look in self._probe.looks if look.count is not None
        }
        watches = [(look, settling[look.what].looks(t_ns)) for look in self._probe.looks if look.what in settling]
        t_ns = self._follow("before", watches, t_ns)
        for what, one in settling.items():
            self._before[what] = one.count
            self._exchange.note("probe.before", t_ns, what=what, count=one.count, settled=one.settled)
        self._exchange.shown(yet=False)
        return t_ns

    def beside(self, t_ns: int) -> bool:
        """Whether the session was seen by now."""
        look = self._probe.look
        if not self._exchange.names.ready:
            return False
        reading = self._look(look, "beside", t_ns)
        self._exchange.shown(yet=True)
        return is_seen(reading, self._before.get(look.what))

    def behind(self, t_ns: int) -> int:
        """The time when it is done."""
        if not self._exchange.names.ready:
            return t_ns
        within_ms, before = self._probe.gone_within_ms, self._before
        watches = [(look, until_gone(t_ns, within_ms, before.get(look.what))) for look in self._probe.looks]
        return self._follow("behind", watches, t_ns)

    def _follow(self, phase: str, watches: Iterable[tuple[Look, Watch]], t_ns: int) -> int:
        due = [(next(watch), number, look, watch) for number, (look, watch) in enumerate(watches)]
        while due:
            at_ns, number, look, watch = min(due, key=lambda one: one[:2])
            due.remove((at_ns, number, look, watch))
            t_ns = max(t_ns, at_ns)
            try:
                due.append((watch.send((self._look(look, phase, t_ns), t_ns)), number, look, watch))
            except StopIteration:
                continue
        return t_ns

    def _look(self, look: Look, phase: str, t_ns: int) -> Reading:
        names = self._exchange.names
        try:
            status, body = self._register.shown(urlsplit(names.fill(look.url)).path, t_ns) or (404, None)
            reading = read(look, status, canonical(body).encode(), names)
        except LookupError as error:
            reading = Reading(error=str(error))
        self._exchange.note("probe", t_ns, **told(look, phase, reading, names, t_ns))
        return reading
