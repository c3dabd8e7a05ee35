"""What the panel remembers in the scene: choices of the user interface. The case itself is in its own nodes."""

from slicer import vtkMRMLScriptedModuleNode
from slicer.parameterNodeWrapper import parameterNodeWrapper


@parameterNodeWrapper
class DynamicSpineParameterNode:
    """Choices that are saved with the scene.

    currentCase - The case that the panel shows.
    section - The open section of the panel.
    position, place - The chosen position (its id) and level or segment.
    firstLevel, lastLevel - The range of levels that the guide leads through.
    protocols - The letters of the landmark protocols that the guide leads through.
    oneLevelOnly, onlyAt - The guide stays at one level: this segment with both of its vertebrae.
    optionalMarks - The guide asks for optional marks too.
    showPointLabels, showLevelNames - What is written beside the marks in the views.
    metricGroup - The group of metrics in the table of results.
    sideBySide - The table of results shows all positions of one group side by side.
    ruleSets - Rule sets judged besides those that are on.
    draws - How many Monte Carlo draws the uncertainty is computed from.
    """

    currentCase: vtkMRMLScriptedModuleNode | None
    section: str = ""
    position: str = ""
    place: str = ""
    firstLevel: str = ""
    lastLevel: str = ""
    protocols: str = "AB"
    oneLevelOnly: bool = False
    onlyAt: str = ""
    optionalMarks: bool = False
    showPointLabels: bool = False
    showLevelNames: bool = True
    metricGroup: str = ""
    sideBySide: bool = False
    ruleSets: list[str]
    draws: int = 1000
