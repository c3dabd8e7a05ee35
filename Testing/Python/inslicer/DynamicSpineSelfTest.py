"""Run by CTest inside Slicer: the module's own self-test."""

import unittest

import slicer

from DynamicSpine import DynamicSpineTest


class DynamicSpineSelfTest(unittest.TestCase):
    """The same class as "Reload and Test" runs."""

    def test_the_modules_self_test_passes_in_the_application(self) -> None:
        """Raises with the step that failed."""
        slicer.util.selectModule("DynamicSpine")
        DynamicSpineTest().runTest()
