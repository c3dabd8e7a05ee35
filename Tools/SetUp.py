"""Prepare the private environment that demo, tests, benchmarks and checks run in. Standard library only.

    python3 Tools/SetUp.py ENVIRONMENT STAMP     create ENVIRONMENT, install DynamicSpine into it, then write STAMP
    python3 Tools/SetUp.py --debian-packages     print the Debian packages that off-screen drawing needs

Whatever is missing is said in one sentence on stderr, with exit code 1.
"""

from __future__ import annotations

import ctypes
import importlib.util
import subprocess
import sys
import time
from pathlib import Path

# What VTK's wheel opens at run time to draw without a screen: the library, then the package that brings it.
DRAWING_LIBRARIES = {
    "libEGL.so.1": {"Debian": "libegl1", "Fedora": "mesa-libEGL", "conda": "libegl"},
    "libX11.so.6": {"Debian": "libx11-6", "Fedora": "libX11", "conda": "xorg-libx11"},
    "libXcursor.so.1": {"Debian": "libxcursor1", "Fedora": "libXcursor", "conda": "xorg-libxcursor"},
}
# The software renderer behind libEGL, whose file names differ between Mesa's versions.
DRAWING_DRIVER = {
    "Debian": ["libegl-mesa0", "libgl1-mesa-dri"],
    "Fedora": ["mesa-libEGL", "mesa-dri-drivers"],
    "conda": ["mesa-llvmpipe"],
}
INSTALL_COMMANDS = {
    "Debian": "apt-get install",
    "Fedora": "dnf install",
    "conda": "conda install -c conda-forge",
}
DRAWING_PROBE = """
from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow
import vtkmodules.vtkRenderingOpenGL2
window = vtkRenderWindow()
window.SetOffScreenRendering(1)
window.AddRenderer(vtkRenderer())
window.Render()
raise SystemExit(0 if window.GetNeverRendered() == 0 else 1)
"""
NO_NETWORK_SIGNS = (
    "NewConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "NameResolutionError", "ProxyError", "SSLError",
    "Temporary failure in name resolution", "Network is unreachable", "Connection refused", "(from versions: none)",
)
EXTRAS = ".[slicer,dev]"


class SetUpError(Exception):
    """What is missing, in one sentence."""


def main(arguments: list[str]) -> int:
    """Run the set-up; return the exit code."""
    if arguments == ["--debian-packages"]:
        print(*packagesFor(list(DRAWING_LIBRARIES), driverMissing=True)["Debian"])
        return 0
    environment, stamp = map(Path, arguments)
    started = time.monotonic()
    try:
        requireModules(("venv", "ensurepip"))
        python = createEnvironment(environment)
        installPackages(python)
        requireDrawing(python)
    except SetUpError as problem:
        print(problem, file=sys.stderr)
        return 1
    stamp.touch()
    print(f"{environment} is ready ({time.monotonic() - started:.0f} s).", file=sys.stderr)
    return 0


def requireModules(names: tuple[str, ...]) -> None:
    """Raise SetUpError unless this Python can create environments (Debian keeps that in a package of its own)."""
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise SetUpError(
            f"{sys.executable} cannot create virtual environments (module {missing[0]} is missing): install it "
            f"(Debian, Ubuntu: apt-get install python3-venv, or python{version}-venv), then run make again."
        )


def createEnvironment(environment: Path) -> Path:
    """Create the virtual environment, anew where a moved or half-made one is in the way; return its Python."""
    python = environment / "bin" / "python"
    if not runs([str(python), "-m", "pip", "--version"]):
        created = run([sys.executable, "-m", "venv", "--clear", str(environment)])
        if created.returncode != 0:
            raise SetUpError(f"The environment {environment} cannot be created: {lastLine(created.stdout)}")
    return python


def installPackages(python: Path) -> None:
    """Install DynamicSpine and everything it needs into the environment of the given Python."""
    print(f"Installing DynamicSpine and what it needs into {python.parent.parent}: about a minute ...",
          file=sys.stderr)
    # Compiling the 8,000 files that are never imported would double the time.
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-compile", "-q", "-e", EXTRAS]
    installed = run(command)
    if installed.returncode != 0:
        raise SetUpError(explainPip(installed.stdout))


def explainPip(output: str) -> str:
    """Return one sentence for what pip printed before it failed."""
    if "No space left on device" in output:
        return "The disk is full: the environment takes 1.6 GB; free some space, then run make again."
    if any(sign in output for sign in NO_NETWORK_SIGNS):
        return "PyPI (https://pypi.org) cannot be reached: check the network and any proxy, then run make again."
    return f"pip could not install DynamicSpine: {lastLine(output)}"


def requireDrawing(python: Path) -> None:
    """Raise SetUpError, naming the packages to install, unless the environment can draw without a screen.

    A library that VTK does not find at run time ends the process with a crash, so a process of its own tries it.
    """
    if sys.platform == "linux" and not runs([str(python), "-c", DRAWING_PROBE]):
        missing = missingLibraries(list(DRAWING_LIBRARIES))
        raise SetUpError(explainDrawing(missing))


def missingLibraries(names: list[str]) -> list[str]:
    """Return those of the shared libraries that the dynamic loader does not find."""
    missing = []
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(name)
    return missing


def packagesFor(libraries: list[str], *, driverMissing: bool) -> dict[str, list[str]]:
    """Return by kind of system the packages that bring the libraries, and the driver behind them."""
    packages = {}
    for system in INSTALL_COMMANDS:
        names = [DRAWING_LIBRARIES[name][system] for name in libraries]
        packages[system] = list(dict.fromkeys(names + DRAWING_DRIVER[system] * driverMissing))
    return packages


def explainDrawing(missing: list[str]) -> str:
    """Return one sentence that names the missing libraries and what to install, by kind of system."""
    what = f"missing {', '.join(missing)}" if missing else "no software OpenGL driver behind libEGL"
    # Where libEGL is missing its driver usually is too, and installing a present one does no harm.
    packages = packagesFor(missing, driverMissing=not missing or "libEGL.so.1" in missing)
    commands = "; ".join(f"{system}: {command} {' '.join(packages[system])}"
                         for system, command in INSTALL_COMMANDS.items())
    return f"Pictures cannot be drawn on this machine ({what}): install it ({commands}), then run make again."


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command; return its exit code with stdout and stderr in one text."""
    return subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def runs(command: list[str]) -> bool:
    """Return whether a command can be started and ends with exit code 0."""
    try:
        return run(command).returncode == 0
    except OSError:
        return False


def lastLine(output: str) -> str:
    """Return the last line of an error output that says something."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or ["no reason given"])[-1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
