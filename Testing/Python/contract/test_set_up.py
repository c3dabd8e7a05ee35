"""The set-up says in one sentence what a machine lacks."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys

import pytest

NOT_A_LIBRARY = "libNoSuchLibraryAnywhere.so.1"


@pytest.fixture(scope="module")
def setUp(project):
    """Tools/SetUp.py as a module."""
    specification = importlib.util.spec_from_file_location("SetUp", project / "Tools/SetUp.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def isOneSentence(text):
    """Tell whether a message is a single line that ends with a full stop."""
    return "\n" not in text and text.endswith(".") and not re.search(r"\. [A-Z]", text)


@pytest.mark.skipif(sys.platform != "linux", reason="the libraries are those of Linux")
def test_a_missing_library_is_found(setUp):
    assert setUp.missingLibraries(["libc.so.6", NOT_A_LIBRARY]) == [NOT_A_LIBRARY]


def test_a_missing_library_is_named_with_its_packages(setUp):
    sentence = setUp.explainDrawing(["libEGL.so.1"])
    assert isOneSentence(sentence)
    for words in ("libEGL.so.1", "apt-get install libegl1", "dnf install mesa-libEGL", "conda-forge libegl"):
        assert words in sentence
    driver = setUp.explainDrawing([])
    assert isOneSentence(driver)
    assert "libgl1-mesa-dri" in driver


def test_a_python_without_the_venv_module_is_told_so(setUp):
    with pytest.raises(setUp.SetUpError, match="python3-venv") as raised:
        setUp.requireModules(("noSuchModuleAnywhere",))
    assert isOneSentence(str(raised.value))
    setUp.requireModules(("json",))


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("WARNING: Retrying ... NewConnectionError(...: Temporary failure in name resolution')\nERROR: none", "PyPI"),
        ("ERROR: Could not install packages: [Errno 28] No space left on device\n", "disk is full"),
        ("Collecting x\nERROR: No matching distribution found for x\n", "No matching distribution found for x"),
    ],
)
def test_what_pip_printed_becomes_one_sentence(setUp, output, words):
    sentence = setUp.explainPip(output)
    assert words in sentence
    assert "\n" not in sentence


@pytest.mark.skipif(shutil.which("make") is None, reason="this machine has no make")
def test_a_machine_without_a_suitable_python_is_told_so(project, tmp_path):
    command = ["make", "-C", str(project), f"STAMP={tmp_path / 'stamp'}", "PYTHON=noSuchPython", "setup"]
    done = subprocess.run(command, check=False, text=True, capture_output=True)
    assert done.returncode != 0
    assert "DynamicSpine needs Python 3.10 to 3.13" in done.stderr


@pytest.mark.skipif(shutil.which("make") is None, reason="this machine has no make")
def test_the_second_set_up_does_nothing(project, tmp_path):
    stamp = tmp_path / "stamp"
    stamp.touch()
    done = subprocess.run(["make", "-C", str(project), "--question", f"STAMP={stamp}", "setup"], check=False)
    assert done.returncode == 0
