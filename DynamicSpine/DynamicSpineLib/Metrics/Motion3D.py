"""Motion out of the sagittal plane, from the bones' transforms or from coronal and axial points
(reference sections 1.11 and 1.12)."""

from __future__ import annotations

from DynamicSpineLib.Metrics.Registry import MOTION_KIND, SEGMENT, Array, metric


@metric("lateralBend", title="side bend of the level", unit="deg", scope=SEGMENT, places="joints", kind=MOTION_KIND,
        section="1.11", source="White and Panjabi local frame", evidence="V2", sign="right bend positive",
        method="relativeTransform", code="SCT 1483009")  # fmt: skip
def lateralBend(relativeTurn: Array) -> Array:
    """Change of the upper bone's side bend against the lower bone (axial rotation taken first, then side bend, then
    flexion); from coronal points the change of the angle between the endplates."""
    return relativeTurn[..., 2]


@metric("lateralTranslation", title="sideways shift of the level", unit="mm", scope=SEGMENT, places="joints",
        kind=MOTION_KIND, section="1.11", source="White and Panjabi local frame", evidence="V2",
        sign="left positive", method="relativeTransform", code="DCM 110822")  # fmt: skip
def lateralTranslation(relativeShift: Array) -> Array:
    """Motion of the upper body's center along the left axis of the lower bone; from coronal points along its
    superior endplate."""
    return relativeShift[..., 0]


@metric("axialRotation", title="turn of the level about the long axis", unit="deg", scope=SEGMENT, places="joints",
        kind=MOTION_KIND, section="1.12", source="White and Panjabi local frame", evidence="V2",
        sign="left rotation positive", method="relativeTransform", code="SCT 1483009")  # fmt: skip
def axialRotation(relativeTurn: Array) -> Array:
    """Change of the upper bone's turn about the long axis of the lower bone (of C2: the dens); from axial points the
    change of the angle between their front-to-back axes."""
    return relativeTurn[..., 1]
