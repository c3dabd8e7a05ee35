"""What nodes and scenes are called in the annotations of code that takes them as arguments and imports no MRML."""

from __future__ import annotations

from typing import Any, TypeAlias

MrmlScene: TypeAlias = Any
"""vtkMRMLScene."""

CaseNode: TypeAlias = Any
"""The vtkMRMLScriptedModuleNode of a case."""

VolumeNode: TypeAlias = Any
"""vtkMRMLScalarVolumeNode."""

TransformNode: TypeAlias = Any
"""vtkMRMLLinearTransformNode."""

LayoutNode: TypeAlias = Any
"""vtkMRMLLayoutNode."""

SliceNode: TypeAlias = Any
"""vtkMRMLSliceNode."""
