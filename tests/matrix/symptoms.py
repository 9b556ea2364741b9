"""The table of triage as it stands in docs/triage.md. `python -m tests.matrix.symptoms` writes it anew."""

from pathlib import Path

from gate.checks.triage.symptoms import SYMPTOMS

PAGE = Path(__file__).parents[2] / "docs" / "triage.md"
BEGIN, END = "<!-- made by: python -m tests.matrix.symptoms -->", "<!-- end -->"


def table() -> str:
    lines = ["| symptom | layer | likely cause | first check | next action |", "| --- | --- | --- | --- | --- |"]
    for name, row in SYMPTOMS.items():
        cells = (f"`{name}`", row.layer or "", row.cause, row.first_check, row.next_action)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{table()}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
