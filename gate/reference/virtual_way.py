"""The weather of a call in virtual time: the same plan as over sockets, asked once for each message. A stream that is
cut into pieces is not to be told from one that is not, since nobody sees half a message."""

from gate.core.jsons import Json
from gate.core.weather import MS, WAYS, Course, Weather
from gate.session.exchange import Exchange


class VirtualWay:
    """What the network adds to the way of each message, in ns; None: it never arrives."""

    def __init__(self, weather: Weather | None, t_ns: int) -> None:
        if weather and weather.slow_close_ms:
            raise ValueError("slow_close is of TCP, of which there is none where time is virtual")
        self._weather = weather
        self._began_ns = t_ns
        self._courses = {way: Course(weather or Weather(), way) for way in WAYS}

    def to_agent(self, data: str | bytes, t_ns: int) -> int | None:
        return self._added_ns(self._courses["to_agent"], data, t_ns)

    def to_caller(self, data: str | bytes, t_ns: int) -> int | None:
        return self._added_ns(self._courses["to_caller"], data, t_ns)

    def told(self, exchange: Exchange, t_ns: int) -> None:
        """Writes down what the weather did to the call."""
        if self._weather:
            held: dict[str, Json] = {way: course.held_ns / MS for way, course in self._courses.items()}
            exchange.note("network", t_ns, what="line.held", **held)

    def _added_ns(self, course: Course, data: str | bytes, t_ns: int) -> int | None:
        if self._weather is None:
            return 0
        size = len(data) if isinstance(data, bytes) else len(data.encode("utf-8", "surrogatepass"))
        due_ns = course.due_ns(size, t_ns - self._began_ns)
        return None if due_ns is None else due_ns - (t_ns - self._began_ns)
