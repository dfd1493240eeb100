"""A small office, a study of it and lists of offices, as files."""

from __future__ import annotations

from pathlib import Path

OFFICE = """
title = "Small office"
[calendar]
start = 2023-01-02
[calendar.hours]
mon-fri = ["08:00-12:00"]
[visitor]
value_of_time = 60000
[[teams]]
id = "clerks"
staff = 1
roles = ["serve"]
wage = 50000
[[procedures]]
id = "ask"
deadline = { within = "same day" }
[[procedures.steps]]
id = "answer"
role = "serve"
visitor = true
minutes = { exponential = { mean = 9 } }
[[demands]]
id = "people"
needs = ["ask"]
per_day = 20
"""
STUDY = """
title = "Quicker, or one more"
office = "small.toml"
days = 5
warmup = 1
replications = 4
[[scenarios]]
id = "one_more"
title = "One more clerk"
reforms = [{ add_staff = { team = "clerks", by = 1 } }]
[[scenarios]]
id = "quicker"
reforms = [{ faster = { procedure = "ask", by = 0.2 } }]
"""


def write_files(folder: Path, *rows: str, heading: str = "id,demands.people.per_day") -> Path:
    """Write the office, the study and a list of offices; return the list's path."""
    (folder / "small.toml").write_text(OFFICE, encoding="utf-8")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    path = folder / "offices.csv"
    path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    return path


def many(count: int) -> list[str]:
    """Return rows of so many offices, busier and busier."""
    return [f"office_{i:02d},{10 + i}" for i in range(count)]
