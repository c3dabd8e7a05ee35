"""The jobs where 3D Slicer's Python packages are not installed: a report without pictures is one still."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LIBRARY_FOLDER = Path(__file__).resolve().parents[3] / "DynamicSpine"

REPORT = """
import sys
sys.path.insert(0, sys.argv[1])
sys.modules["slicer"] = sys.modules["trame_slicer"] = None  # an import of them fails, as where they are absent
from pathlib import Path
from DynamicSpineLib.Jobs.MeasureJob import MeasureOptions
from DynamicSpineLib.Jobs.ReportJob import CaseSource, reportToFolder
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Progress import runSteps

case = phantomCase("lumbarSlip")
assert all(position.volume for position in case.positions)
runSteps(reportToFolder(CaseSource(case, Path(sys.argv[2])), Path(sys.argv[2]) / "report", MeasureOptions(0)))
"""


def test_a_case_with_volumes_gets_its_report_and_a_sentence_on_its_missing_pictures(tmp_path):
    command = [sys.executable, "-c", REPORT, str(LIBRARY_FOLDER), str(tmp_path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "The pictures of the positions could not be drawn: This needs 3D Slicer" in page
    assert (tmp_path / "report" / "measurements.csv").is_file()
