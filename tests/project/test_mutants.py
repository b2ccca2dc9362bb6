"""The tool that plants small faults, on a module of a few lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from mutants.faults import Source
from mutants.sample import judged, mutants, sample

ROOT = next(folder for folder in Path(__file__).parents if (folder / "Makefile").exists())
MODULE = "connector/pack/room/sizes.py"
SIZES = '''"""A module with a docstring, which is left alone."""

__all__ = ["down", "fits"]


def fits(size: int, most: int) -> bool:
    """Return whether a size is not above the most."""
    return size <= most


def down(number: int) -> int:
    """Return zero, a step at a time."""
    while number != 0:
        number -= 1
    return number
'''
FAST_TEST = """
from sizes import down, fits

def test_fits():
    assert fits(1, 2)
    assert not fits(3, 2)

def test_down():
    assert not down(5)
"""
SLOW_TEST = """
from sizes import fits

@pytest.mark.deep
def test_borders():
    assert fits(2, 2)
"""
JUDGED = {
    "module": MODULE,
    "function": "down",
    "before": "while number != 0:",
    "after": "while number != 1:",
    "reason": "an example of a judgement",
}
GONE = {**JUDGED, "before": "while number > 0:"}
SUMMARY = """
Survived: connector/pack/room/sizes.py:15 in down
  - return number
  + return None

2 hung by the fast tests, 2 killed by the fast tests, 1 killed by the slow tests, 1 survived.
"""


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """Give a project with one module, fast tests for it and a slow one."""
    files = {
        MODULE: SIZES,
        "tests/room/test_sizes.py": FAST_TEST,
        "tests/test_borders.py": SLOW_TEST,
        "pytest.ini": "[pytest]\npythonpath = connector/pack/room\nmarkers = deep: takes long\n",
        "equivalent.json": json.dumps([JUDGED, GONE]),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)  # noqa: S607 - any git will do
    return tmp_path


def run(example: Path, *options: str, status: int = 0) -> str:
    """Try mutants of the example and return what was printed."""
    command = [sys.executable, "-m", "mutants", "--root", str(example), "--seed", "7"]
    command += ["--patience", "3", "--equivalent", "equivalent.json", *options]
    paths = {"PYTHONPATH": str(ROOT / "scripts"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment = {**os.environ, **paths}
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def outcomes(example: Path) -> dict[tuple[str, str, str], str]:
    """Return what came of each mutant: by stage, line before and line after."""
    lines = (example / ".mutants" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    kept = [json.loads(line) for line in lines]
    of_mutants = [one for one in kept if one["key"].startswith("[")]
    return {(one["stage"], *json.loads(one["key"])[2:4]): one["outcome"] for one in of_mutants}


@pytest.mark.deep
def test_each_mutant_is_killed_hangs_survives_or_is_judged(example: Path) -> None:
    """A failing test kills, a hang too; survivors meet the slow tests and are then shown."""
    said = run(example)
    assert outcomes(example) == {
        ("fast", "return size <= most", "return size < most"): "survived",
        ("fast", "return size <= most", "return None"): "killed",
        ("fast", "while number != 0:", "while number == 0:"): "killed",
        ("fast", "while number != 0:", "while False:"): "killed",
        ("fast", "number -= 1", "number += 1"): "hung",
        ("fast", "number -= 1", "number -= 2"): "hung",
        ("fast", "return number", "return None"): "survived",
        ("slow", "return size <= most", "return size < most"): "killed",
        ("slow", "return number", "return None"): "survived",
    }
    assert SUMMARY.replace("2 killed", "3 killed") in said
    assert "Score: 6 / 7 = 85.7 %; 1 of 8 are judged equivalent." in said
    assert 'no longer there: ["connector/pack/room/sizes.py", "down", "while number > 0' in said
    assert (example / MODULE).read_text(encoding="utf-8") == SIZES


@pytest.mark.deep
def test_a_run_goes_on_with_what_is_known(example: Path) -> None:
    """What has a result is not tried again: kills at all, survivors while the code is the same."""
    # With this seed one is killed and two survive.
    options = ("--seed", "8", "--count", "3", "--only", "sizes", "--fast-only")
    run(example, *options)
    results = example / ".mutants" / "results.jsonl"
    lines = results.read_text(encoding="utf-8").splitlines(keepends=True)
    results.write_text("".join(lines[:-1]), encoding="utf-8")
    assert run(example, *options).count("\nfast ") == 1
    (example / "tests/room/test_sizes.py").write_text(FAST_TEST + "\n# Another line.\n")
    again = run(example, *options)
    assert again.count("\nfast ") == 2
    assert "1 were killed before the code changed" in again


@pytest.mark.deep
def test_a_fault_meets_no_more_tests_than_it_may_cost(example: Path) -> None:
    """What survives a few seconds of tests counts as a survivor, and is tried again later."""
    options = ("--only", "sizes", "--fast-only")
    assert "Score: 0 / 7 = 0.0 %" in run(example, *options, "--most", "0")
    assert outcomes(example) == {}
    assert "Score: 5 / 7 = 71.4 %" in run(example, *options)


@pytest.mark.deep
def test_a_fault_that_keeps_the_tests_from_running_is_noticed(example: Path) -> None:
    """Where the tests cannot even be imported, the fault is as good as killed."""
    (example / "connector/pack/room/table.py").write_text("ONE = {1: 'one'}[1]\n")
    (example / "tests/conftest.py").write_text("import table\n")
    assert "Score: 2 / 2 = 100.0 %" in run(example, "--only", "table", "--fast-only")


@pytest.mark.deep
def test_a_test_that_fails_without_a_fault_ends_the_run(example: Path) -> None:
    """No score is made of tests that fail by themselves."""
    (example / "tests/room/test_sizes.py").write_text("def test_it():\n    assert False\n")
    assert "The fast tests fail without any fault" in run(example, status=1)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = a < b", {"x = a <= b"}),
        ("x = a is not b", {"x = a is b"}),
        ("x = a in b", {"x = a not in b"}),
        ("x = a and b", {"x = a or b"}),
        ("x = not a", {"x = a"}),
        ("x = a + b", {"x = a - b"}),
        ("x = a - b", {"x = a + b", "x = a"}),
        ("x = a | b", {"x = a & b", "x = a"}),
        ("x = {**a} | b", {"x = ({**a})"}),
        ("x |= b", {"x &= b"}),
        ("x = 0", {"x = 1"}),
        ("x = True", {"x = False"}),
        ("x = a == 'b'", {"x = a != 'b'", 'x = a == ""'}),
        ("x = a[0]", {"x = a[-1]", "x = a[1]"}),
        ("x = a[b:c]", {"x = a[:c]", "x = a[b:]"}),
        ("x = min(a, b)", {"x = max(a, b)"}),
        ("x = sorted(a)", {"x = list(a)"}),
        ("x = [b for b in a if c]", {"x = [b for b in a if True]"}),
        ("x = b if a else c", {"x = b if True else c", "x = b if False else c"}),
        ("if a: b()", {"if True: b()", "if False: b()", "if a: pass"}),
        ("for x in a: break", {"for x in a: continue"}),
        ("raise ValueError('a text for people')", {"pass"}),
        ("return a", {"return None"}),
        ("a['b'] = c", {"pass"}),
        ("def x(a: int = 1) -> str | None: ...", {"def x(a: int = 2) -> str | None: ..."}),
        ("log.info('a text')", set()),
        ("op.warning('a text')", {"pass"}),
        ("if TYPE_CHECKING: import a", set()),
        ("class A(Protocol): x = 1", set()),
        ("__all__ = ['a']", set()),
        ("'A docstring.'", set()),
        ("é = a; x = 1  # kept", {"é = a; x = 2  # kept"}),
    ],
)
def test_the_faults_of_a_line(line: str, expected: set[str]) -> None:
    """A fault changes one thing and leaves types and texts for people alone."""
    source = Source(f"def f():\n    {line}\n".encode())
    made = {
        source.text[: one.start] + one.text.encode() + source.text[one.end :]
        for one in source.edits()
    }
    assert {text.decode().split("\n    ")[1].strip() for text in made} == expected


def test_a_sample_is_spread_and_repeatable(example: Path) -> None:
    """Each module gives its share, a seed the same mutants each time, and an edit moves few."""
    values = example / "connector/pack/values.py"
    values.write_text("".join(f"v{number} = {number}\n" for number in range(40)))
    found = mutants(example, "connector")
    first = sample(found, 12, 1)
    assert sum(mutant.module == MODULE for mutant in first) == 2
    assert sample(found, 12, 1) == first
    assert sample(found, 12, 2) != first
    values.write_text("".join(f"v{number} = {number}\n" for number in range(39)))
    again = sample(mutants(example, "connector"), 12, 1)
    assert len({mutant.key for mutant in first} & {mutant.key for mutant in again}) > 10


def test_each_judged_mutant_exists() -> None:
    """A judgement is about the code of today, has a reason, and is the exception."""
    reasons = judged(ROOT / "scripts" / "mutants" / "equivalent.json")
    found = mutants(ROOT, "connector")
    assert set(reasons) - {mutant.key for mutant in found} == set()
    assert all(reasons.values())
    assert len({mutant.key for mutant in found}) == len(found)
