"""Every command and link of the README exists."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

COMMAND_LINE = "import sys; from DynamicSpineLib.Cli import main; sys.argv[0] = 'dynamicspine'; sys.exit(main())"


@pytest.fixture(scope="module")
def readme(project):
    """The text of the README."""
    path = project / "README.md"
    assert path.is_file(), "README.md is missing."
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def commands(readme):
    """What the README tells the reader to type: fenced lines and inline code."""
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", readme, flags=re.DOTALL | re.MULTILINE)
    lines = [line.strip().removeprefix("$ ") for block in blocks for line in block.splitlines()]
    inline = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", readme)
    return [re.sub(r"\s#.*", "", line).strip() for line in lines + inline]


def helpText(project, *arguments):
    """Return what `dynamicspine ... --help` prints."""
    environment = {**os.environ, "PYTHONPATH": str(project / "DynamicSpine"), "COLUMNS": "200"}
    done = subprocess.run([sys.executable, "-c", COMMAND_LINE, *arguments, "--help"], check=False, text=True,
                          capture_output=True, env=environment)
    assert done.returncode == 0, f"dynamicspine {' '.join(arguments)} --help ends with {done.returncode}: {done.stderr}"
    return done.stdout


def test_the_readme_shows_the_two_commands(commands):
    assert {"make demo", "make test"} <= set(commands)


def test_make_targets_of_the_readme_exist(project, commands):
    makefile = (project / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    named = {word for line in commands if re.match(r"make( |$)", line) for word in line.split()[1:] if "=" not in word}
    assert named <= targets, f"README.md names {sorted(named - targets)}, which the Makefile does not have."


def test_commands_and_options_of_the_readme_exist(project, commands):
    used = [line.split() for line in commands if line.startswith("dynamicspine ")]
    assert used, "README.md shows no dynamicspine command."
    overview = helpText(project)
    for name in sorted({words[1] for words in used if not words[1].startswith("-")}):
        assert re.search(rf"\b{name}\b", overview), f"README.md names `dynamicspine {name}`, which does not exist."
        detail = helpText(project, name)
        options = {word for words in used if words[1] == name for word in words if word.startswith("--")}
        for option in sorted(option.split("=")[0] for option in options):
            assert re.search(rf"{option}\b", detail), f"README.md names `dynamicspine {name} {option}`, unknown to it."


def test_links_and_pictures_of_the_readme_exist(project, readme):
    targets = re.findall(r"\]\(([^)\s]+)", readme) + re.findall(r'(?:src|href)="([^"]+)"', readme)
    local = [target.split("#")[0] for target in targets if "://" not in target and not target.startswith("#")]
    missing = [target for target in local if target and not (project / target).exists()]
    assert not missing, f"README.md links to {missing}, which do not exist."


def test_the_readme_names_the_license_and_the_use(readme):
    assert "MIT" in readme
    assert "research use" in readme.lower()


def test_the_table_of_metrics_is_that_of_the_registry(project, readme):
    command = "import sys; sys.path.insert(0, 'Tools'); import WriteMetricTable; print(WriteMetricTable.metricTable())"
    environment = {**os.environ, "PYTHONPATH": str(project / "DynamicSpine"), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", command], check=True, capture_output=True, encoding="utf-8",
                          cwd=project, env=environment)
    assert done.stdout.strip() in readme, "README.md has an old table of metrics: run Tools/WriteMetricTable.py."
