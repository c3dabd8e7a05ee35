"""Areas and distances on axial images (reference sections 1.10 and 2.2)."""

from __future__ import annotations

from DynamicSpineLib.Metrics.Registry import SEGMENT, SIDED_SEGMENT, Array, metric

_AREA = "SCT 42798000"


@metric("duralSacArea", title="area of the dural sac", unit="mm2", scope=SEGMENT, places="discs", section="2.2",
        source="closed curve as Slicer interpolates it, in its own plane", evidence="V", minimum=0.0,
        method="closedCurve", worst="smallest", code=_AREA)  # fmt: skip
def duralSacArea(areaDS: Array) -> Array:
    """Area inside the outline of the dural sac, in the outline's own fitted plane."""
    return areaDS


@metric("cordArea", title="area of the cord", unit="mm2", scope=SEGMENT, places="cord", section="2.2",
        source="closed curve as Slicer interpolates it, in its own plane", evidence="V", minimum=0.0,
        sign="falls in flexion and rises in extension in healthy people", method="closedCurve",
        code=_AREA)  # fmt: skip
def cordArea(areaKC: Array) -> Array:
    """Area inside the outline of the cord, in the outline's own fitted plane."""
    return areaKC


@metric("compressionRatio", title="cord thickness over its width, axial", unit="{ratio}", scope=SEGMENT, places="cord",
        section="2.1", source="Ogino 1983", evidence="M", minimum=0.0, method="outlineExtents")  # fmt: skip
def compressionRatio(apKC: Array, transverseKC: Array) -> Array:
    """Extent of the cord outline from front to back over its extent from side to side."""
    return apKC / transverseKC


@metric("facetGap", title="facet gap", unit="mm", scope=SIDED_SEGMENT, places="discs", section="1.10",
        source="largest width square to the joint, axial, recumbent", evidence="V", minimum=0.0, method="axialLine",
        needs=("recumbent",), code="DCM 121206")  # fmt: skip
def facetGap(lengthFG: Array) -> Array:
    """Largest distance between the joint surfaces; only from recumbent series, since load presses the fluid out."""
    return lengthFG


@metric("recessDepth", title="depth of the lateral recess", unit="mm", scope=SIDED_SEGMENT, places="discs",
        section="1.10", source="clinical review 1.8", evidence="D", minimum=0.0, method="axialLine",
        needs=("recumbent",), code="DCM 121206")  # fmt: skip
def recessDepth(lengthLR: Array) -> Array:
    """From the back of the body or disc to the front of the superior articular process, axial, recumbent."""
    return lengthLR


@metric("ligamentumFlavumAxial", title="thickness of the ligamentum flavum, axial", unit="mm", scope=SIDED_SEGMENT,
        places="discs", section="2.1", source="largest thickness square to the ligament", evidence="V", minimum=0.0,
        method="axialLine", code="DCM 121206")  # fmt: skip
def ligamentumFlavumAxial(lengthLF: Array) -> Array:
    """Largest thickness of the ligament on axial images, square to it."""
    return lengthLF
