"""The README: its two lines, its links, and the other documents' links."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from sim.reforms import REFORMS
from sim.terminal import LABELS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CI = ROOT / ".ci" / "run"
LINES = {
    "onestop compare": "python3 -m venv .venv && .venv/bin/pip install . "
    "&& .venv/bin/onestop compare scenarios/drop_cutoff.toml",
    "pytest": 'python3 -m venv .venv && .venv/bin/pip install ".[test]" && .venv/bin/pytest',
}
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in (".", "docs", "scenarios")
    for path in (ROOT / folder).glob("*.md")
)


@pytest.mark.parametrize("line", LINES.values())
def test_each_line_does_all_its_own_set_up_and_stands_alone_in_a_block(line):
    assert f"\n```\n{line}\n```\n" in README


def test_the_windows_form_does_the_same_step_by_step():
    for line in LINES.values():
        *_, install, run = line.replace("python3", "py").split(" && ")
        for step in (install, run):
            assert f"\n{step.replace('/bin/', '/Scripts/').replace('/', chr(92))}\n" in README
    assert README.count("\npy -m venv .venv\n") == len(LINES)


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize("command", LINES)
def test_ci_takes_the_lines_from_here(command):
    script = CI.read_text("utf-8")
    assert "venv .venv &&" not in script
    function = re.search(r"^readme_line\(\) \{\n.*?^\}$", script, flags=re.MULTILINE | re.DOTALL)
    assert function
    code = f'{function[0]}\ntop="$1" readme_line "$2"'
    done = subprocess.run(
        ["bash", "-euc", code, "bash", str(ROOT), command],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{LINES[command]}\n", "")


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_ci_can_be_read_by_bash():
    subprocess.run(["bash", "-n", str(CI)], check=True, timeout=30)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_files_and_headings_that_exist(document):
    path = ROOT / document
    text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if re.match(r"https?:", target):
            continue
        name, _, heading = target.partition("#")
        found = (path.parent / name).resolve() if name else path
        assert found.exists(), target
        if heading:
            assert heading in anchors(found.read_text("utf-8")), target


def anchors(text: str) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_what_the_terminal_shows_is_shown_as_it_shows_it():
    excerpt = re.search(r"^The office as it is.*?^```$", README, flags=re.MULTILINE | re.DOTALL)
    assert excerpt
    shown = re.findall(r"^((?!Per case).+?)  +[+-]?\d", excerpt[0], flags=re.MULTILINE)
    assert shown == [*LABELS.values(), *LABELS.values()]


def test_every_document_is_named():
    for document in (ROOT / "docs").glob("*.md"):
        assert f"(docs/{document.name})" in README


def test_every_module_and_folder_named_exists():
    for name in re.findall(r"\bsim/\w+(?:\.py)?|\.ci/run|`benchmarks/`|`results/`", README):
        assert (ROOT / name.strip("`")).exists(), name


def test_the_version_is_the_same_everywhere():
    from sim import __version__

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == __version__
    assert f"\nversion: {__version__}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"## {__version__} " in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_every_reform_is_documented():
    text = (ROOT / "docs" / "reforms.md").read_text("utf-8")
    for name in REFORMS:
        assert f"### `{name}`" in text
