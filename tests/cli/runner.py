"""GitHub's runner, as far as it reads what a step prints: written after src/Runner.Common/ActionCommand.cs and
src/Runner.Worker/ActionCommandManager.cs of actions/runner, and its FileCommandManager for outputs."""

from dataclasses import dataclass, field

COMMANDS = {
    "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice", "remove-matcher",
    "save-state", "set-env", "set-output", "stop-commands", "warning",
}  # fmt: skip
PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))


@dataclass
class Command:
    name: str
    properties: dict[str, str]
    data: str


@dataclass
class Runner:
    """`commands` are what it acted upon, `log` what a person sees."""

    commands: list[Command] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    masked: list[str] = field(default_factory=list)
    _token: str | None = None

    def reads(self, printed: str) -> None:
        for line in printed.split("\n"):
            self._line(line)
        self.log = [line for line in self.log if line]

    def _line(self, line: str) -> None:
        known = COMMANDS | ({self._token} if self._token else set())
        command = _new(line, known) or _old(line, known)
        if command is None or (self._token and command.name != self._token):
            shown = line
            for secret in self.masked:
                shown = shown.replace(secret, "***")
            self.log.append(shown)
        elif self._token:
            self._token = None
        elif command.name == "stop-commands":
            self._token = command.data
        elif command.name == "add-mask":
            self.masked.append(command.data)
        else:
            self.commands.append(command)

    @property
    def listens(self) -> bool:
        return self._token is None

    @staticmethod
    def outputs(text: str) -> dict[str, str]:
        lines, found = iter(text.split("\n")), dict[str, str]()
        for line in lines:
            if not line:
                continue
            name, separator, delimiter = line.partition("<<")
            assert separator, line
            value = []
            for part in lines:
                if part == delimiter:
                    break
                value.append(part)
            else:
                raise AssertionError(f"{name}: no {delimiter}")
            found[name] = "\n".join(value)
        return found


def _new(line: str, known: set[str]) -> Command | None:
    text = line.lstrip()
    if not text.startswith("::") or (end := text.find("::", 2)) < 0:
        return None
    name, _, properties = text[2:end].partition(" ")
    return _command(name, properties.split(","), text[end + 2 :], known, PROPERTY, DATA)


def _old(line: str, known: set[str]) -> Command | None:
    start = line.find("##[")
    if start < 0 or (end := line.find("]", start)) < 0:
        return None
    name, _, properties = line[start + 3 : end].partition(" ")
    return _command(name, properties.split(";"), line[end + 1 :], known, PROPERTY, DATA)


def _command(
    name: str, pairs: list[str], data: str, known: set[str], in_property: tuple[tuple[str, str], ...],
    in_data: tuple[tuple[str, str], ...],
) -> Command | None:  # fmt: skip
    if name.lower() not in {one.lower() for one in known}:
        return None
    properties = dict(pair.strip().split("=", 1) for pair in pairs if "=" in pair)
    return Command(name, {key: _back(value, in_property) for key, value in properties.items()}, _back(data, in_data))


def _back(text: str, mappings: tuple[tuple[str, str], ...]) -> str:
    for code, letter in mappings:
        text = text.replace(code, letter)
    return text
