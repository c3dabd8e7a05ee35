"""What Slicer's slice view draws off screen: every pixel where the anatomy is, marks where they were placed."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Scene.KeyPictures import keyPictures
from DynamicSpineLib.Scene.PictureContent import PictureCaption, PictureLabel, PictureMark, PictureOutline, SlicePicture
from DynamicSpineLib.Scene.PicturePlane import axialPlane, coronalPlane, sagittalPlane
from DynamicSpineLib.Scene.SceneFiles import loadScene, saveScene
from DynamicSpineLib.Scene.SlicePictures import renderSlice
from DynamicSpineLib.Scene.VolumePictures import renderVolumePicture
from DynamicSpineLib.Scene.Volumes import addVolume, volumeArray
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

CENTER = np.array([4.0, -20.0, 60.0])
BLOB = CENTER + np.array([0.0, 30.0, 24.0])  # anterior and cranial of the middle
YELLOW = (1.0, 0.88, 0.2)


def beside(right, anterior, cranial):
    """The point some millimeters off the middle."""
    return tuple(float(item) for item in CENTER + np.array([right, anterior, cranial]))


BARE = PictureCaption("", "", "")


@pytest.fixture
def phantom(scene, oblique):
    """Make a volume that is gray in the middle, dark at the rim, with one white ball."""

    def make(axes=None, ball=BLOB, radiusMm=6):
        axes = oblique() if axes is None else axes
        size, spacing = np.array([110, 110, 16]), np.array([1.7, 1.7, 4.0])
        origin = CENTER - axes @ ((size - 1) / 2 * spacing)
        geometry = VolumeGeometry(tuple(map(int, size)), tuple(map(float, spacing)), tuple(map(float, origin)),
                                  tuple(tuple(map(float, axis)) for axis in axes.T))
        indices = np.stack(np.meshgrid(*(np.arange(n) for n in size), indexing="ij"), axis=-1)
        places = indices @ geometry.ijkToRAS[:3, :3].T + geometry.ijkToRAS[:3, 3]
        voxels = np.where(np.linalg.norm(places - CENTER, axis=-1) < 70, 300, 20)
        voxels[np.linalg.norm(places - ball, axis=-1) < radiusMm] = 1000
        return addVolume(scene, np.ascontiguousarray(voxels.transpose(2, 1, 0).astype(np.int16)), geometry, "phantom")

    return make


def picture(plane=None, **options):
    plane = sagittalPlane(CENTER, (0, 1, 0), (0, 0, 1)) if plane is None else plane
    usual = {"fieldOfViewMm": 200.0, "size": (400, 400), "windowRange": (0.0, 1000.0)}
    return SlicePicture(plane, BARE, **{**usual, **options})


def centroid(mask):
    """Mean column and row of the pixels that are set."""
    rows, columns = np.nonzero(mask)
    assert len(rows) > 0
    return columns.mean(), rows.mean()


def bright(pixels):
    """White pixels of the image, away from the texts at the edges."""
    mask = pixels.min(axis=2) > 200
    mask[:60], mask[-60:], mask[:, :25], mask[:, -70:] = False, False, False, False
    return mask


def colored(pixels, color=YELLOW):
    return np.abs(pixels.astype(int) - np.array(color) * 255).max(axis=2) < 60


@pytest.mark.parametrize("make", [sagittalPlane, coronalPlane, axialPlane])
@pytest.mark.parametrize("handed", ["oblique", "leftHanded", "axial"])
def test_the_ball_is_drawn_where_it_is(phantom, oblique, make, handed):
    axes = {"oblique": oblique(), "leftHanded": oblique(True), "axial": np.diag([-1.0, -1.0, 1.0])}[handed]
    node = phantom(axes)
    plane = make(BLOB, (0.1, 1, 0.2), (0, 0.1, 1))
    center = BLOB - 25 * np.array(plane.right_RAS) + 10 * np.array(plane.up_RAS)
    shown = picture(replace(plane, center_RAS=tuple(center)))
    found = centroid(bright(renderSlice(node, shown).pixels))
    assert found == pytest.approx(shown.pixelOf(tuple(BLOB)), abs=1.2)  # 0.6 mm; slices are 4 mm thick


def test_anterior_is_left_and_cranial_is_up(phantom):
    column, row = centroid(bright(renderSlice(phantom(), picture()).pixels))
    assert column < 150
    assert row < 170


def test_a_plane_turned_by_thirty_degrees_turns_the_picture(phantom):
    angle = np.radians(30)
    up = (0.0, -np.sin(angle), np.cos(angle))
    shown = picture(sagittalPlane(CENTER, (0.0, np.cos(angle), np.sin(angle)), up))
    found = centroid(bright(renderSlice(phantom(), shown).pixels))
    assert found == pytest.approx(shown.pixelOf(tuple(BLOB)), abs=1.2)
    upright = centroid(bright(renderSlice(phantom(), picture()).pixels))
    assert np.hypot(*(np.array(found) - upright)) > 30


def test_a_mark_is_drawn_on_the_pixel_of_its_point(phantom):
    for point in (tuple(BLOB), tuple(CENTER), beside(0, -33.3, 21.7)):
        shown = picture(marks=(PictureMark(point),))
        found = centroid(colored(renderSlice(phantom(), shown).pixels))
        assert found == pytest.approx(shown.pixelOf(point), abs=0.6)


def test_a_mark_covers_the_anatomy_that_it_was_placed_on(phantom):
    pixels = renderSlice(phantom(), picture(marks=(PictureMark(tuple(BLOB)),))).pixels
    assert centroid(colored(pixels)) == pytest.approx(centroid(bright(pixels) | colored(pixels)), abs=1.2)


def test_a_mark_moved_by_ten_millimeters_moves_by_ten_millimeters_of_pixels(phantom):
    node = phantom()
    before = centroid(colored(renderSlice(node, picture(marks=(PictureMark(tuple(CENTER)),))).pixels))
    after = centroid(colored(renderSlice(node, picture(marks=(PictureMark(beside(0, 6, -8)),))).pixels))
    assert np.subtract(after, before) == pytest.approx((-12.0, 16.0), abs=0.5)


def test_a_mark_beside_the_plane_is_drawn_at_its_foot(phantom):
    shown = picture(marks=(PictureMark(beside(4, 10, 0)),))
    assert centroid(colored(renderSlice(phantom(), shown).pixels)) == pytest.approx(
        shown.pixelOf(beside(0, 10, 0)), abs=0.6)


def test_each_color_is_drawn_and_nothing_stays_of_the_picture_before(phantom):
    node = phantom()
    colors = (YELLOW, (0.35, 0.85, 1.0), (1.0, 0.45, 0.75))
    marks = tuple(PictureMark(beside(0, 20 * k, 0), color) for k, color in enumerate(colors))
    bare = renderSlice(node, picture()).png
    pixels = renderSlice(node, picture(marks=marks)).pixels
    assert all(colored(pixels, color).sum() > 10 for color in colors)
    assert renderSlice(node, picture()).png == bare


def test_an_outline_is_drawn_along_its_points(phantom):
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    points = tuple(beside(0, 20 * np.cos(a), 20 * np.sin(a)) for a in angles)
    shown = picture(outlines=(PictureOutline(points, True, YELLOW, 2.0),))
    rows, columns = np.nonzero(colored(renderSlice(phantom(), shown).pixels))
    middle = shown.pixelOf(tuple(CENTER))
    radii = np.hypot(columns - middle[0], rows - middle[1])
    assert np.abs(radii - 40).max() < 2.0
    assert len(rows) > 200


def test_labels_and_caption_are_written_into_the_picture(phantom):
    node = phantom()
    bare = renderSlice(node, picture()).pixels
    labelled = renderSlice(node, picture(labels=(PictureLabel("L4", tuple(CENTER), YELLOW),))).pixels
    middle = picture().pixelOf(tuple(CENTER))
    assert centroid(colored(labelled)) == pytest.approx(middle, abs=4)
    captions = [PictureCaption("Standing", "not verified"), PictureCaption("Sitting", "not verified"),
                PictureCaption("Standing", "verified by A")]
    drawn = [renderSlice(node, replace(picture(), caption=caption)).pixels for caption in captions]
    changed = [np.nonzero((one != bare).any(axis=2))[0] for one in drawn]
    assert all(rows.min() < 40 and rows.max() > 360 for rows in changed)
    title, numbering = (np.nonzero((drawn[0] != other).any(axis=2))[0] for other in drawn[1:])
    assert title.max() < 40
    assert numbering.min() > 360


@pytest.mark.parametrize("title", ["$a$ and $b$", "line\nend", "Rücken 頸椎", "<b>&amp;</b>", "x" * 500, "a|b"])
def test_any_title_can_be_drawn(phantom, title):
    shown = replace(picture(), caption=PictureCaption(title, title))
    assert renderSlice(phantom(), shown).pixels.shape == (400, 400, 3)


def test_the_same_picture_is_the_same_bytes_again_and_in_another_process(phantom, runPython):
    node = phantom()
    shown = picture(marks=(PictureMark(tuple(BLOB), label="L4_SA"),))
    first = renderSlice(node, shown)
    renderSlice(node, picture(size=(300, 200)))
    assert renderSlice(node, shown).png == first.png
    code = """
import hashlib
import numpy as np
from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication
scene = headlessApplication().scene
from DynamicSpineLib.Scene.PictureContent import *
from DynamicSpineLib.Scene.PicturePlane import sagittalPlane
from DynamicSpineLib.Scene.SlicePictures import renderSlice
from DynamicSpineLib.Scene.Volumes import addVolume
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
axes = ((0.0, -1.0, 0.0), (0.0, 0.0, -1.0), (-1.0, 0.0, 0.0))
grid = VolumeGeometry((40, 40, 9), (2.0, 2.0, 4.0), (10.0, 40.0, 40.0), axes)
node = addVolume(scene, np.random.default_rng(0).integers(0, 999, (9, 40, 40)).astype(np.int16), grid, "noise")
shown = SlicePicture(sagittalPlane((0, 0, 0), (0, 1, 0), (0, 0, 1)), PictureCaption("a", "b"), 90.0, (200, 200),
                     marks=(PictureMark((0.0, 5.0, 5.0), label="L4_SA"),))
print(hashlib.sha256(renderSlice(node, shown).png).hexdigest())
"""
    assert runPython(code).stdout == runPython(code).stdout != ""


def test_png_and_pixels_are_the_same_picture(phantom):
    image = pytest.importorskip("PIL.Image")
    drawn = renderSlice(phantom(), picture(size=(320, 200)))
    assert drawn.pixels.shape == (200, 320, 3)
    assert np.array_equal(np.asarray(image.open(io.BytesIO(drawn.png)).convert("RGB")), drawn.pixels)


def test_transforms_and_what_users_made_visible_play_no_part(phantom, scene):
    node = phantom()
    before = renderSlice(node, picture()).png
    transform = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    transform.GetMatrixTransformToParent().SetElement(1, 3, 30.0)
    node.SetAndObserveTransformNodeID(transform.GetID())
    ruler = scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode")
    ruler.AddControlPoint(*CENTER)
    assert renderSlice(node, picture()).png == before


def test_the_window_is_taken_from_what_the_picture_shows(phantom):
    node = phantom()
    auto = renderSlice(node, picture(windowRange=None)).pixels
    assert auto[200, 200, 0] > 200  # the gray middle, dark in the full range, is well seen
    uniform = renderSlice(node, picture(windowRange=None, fieldOfViewMm=40.0)).pixels
    assert int(uniform[200, 200, 0]) == pytest.approx(127, abs=3)
    narrow = renderSlice(node, picture(windowRange=(299.0, 301.0))).pixels
    wide = renderSlice(node, picture(windowRange=(0.0, 3000.0))).pixels
    assert int(wide[200, 200, 0]) == pytest.approx(255 * 0.1, abs=3)
    assert int(narrow[200, 200, 0]) == pytest.approx(127, abs=3)


def test_a_plane_beside_the_volume_is_a_black_picture(phantom):
    far = picture(sagittalPlane(beside(500, 0, 0), (0, 1, 0), (0, 0, 1)), windowRange=None)
    assert renderSlice(phantom(), far).pixels[100:300, 50:330].max() == 0


def test_every_position_of_a_folder_and_of_a_scene_gets_the_same_picture(scene, volumeCase, tmp_path):
    case, folder = volumeCase
    steps = []
    fromFolder = runSteps(keyPictures(case, folder, (200, 200)), steps.append)
    assert list(fromFolder) == ["supine", "flexion", "extension"]
    assert [step.fraction for step in steps] == pytest.approx([1 / 3, 2 / 3, 1])
    assert scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") == 0
    writeCaseToScene(case, scene, folder)
    saveScene(scene, tmp_path / "case.mrb")
    loadScene(tmp_path / "case.mrb")
    assert runSteps(keyPictures(case, tmp_path / "case.mrb", (200, 200))) == fromFolder


def test_a_position_whose_volume_is_damaged_is_named(scene, volumeCase):
    case, folder = volumeCase
    (folder / "flexion.nii.gz").write_bytes(b"")
    with pytest.raises(InputError, match=r"position 'flexion': flexion\.nii\.gz"):
        runSteps(keyPictures(case, folder, (100, 100)))
    assert scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") == 0


def test_a_volume_is_cut_open_along_the_plane(phantom):
    upright = np.array([[0.0, 0.0, -1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
    plane = sagittalPlane(CENTER, (0, 1, 0), (0, 0, 1))

    def faceOf(ball, marks=()):
        node = phantom(upright, np.array(ball), radiusMm=15)
        volumeArray(node)[:, :15, :20] = 1000  # enough white in one corner to say what white is
        return renderVolumePicture(node, plane, PictureCaption("", "", ""), marks, (200, 200)).pixels

    cut, behind = faceOf(beside(0, 30, 30)), faceOf(beside(17, 30, 30))
    # The picture is 200 mm wide at the plane: the ball is cut 30 px left of and above the middle, or inside the gray.
    assert cut[68:74, 68:76].min() > 180
    assert behind[68:74, 68:76].max() < 120
    assert cut[125:135, 115:125].max() < 120
    marked = faceOf(beside(0, 30, 30), (PictureMark(beside(0, -20, -20)),))
    assert (colored(marked) & ~colored(cut)).sum() > 3


def test_volumes_of_a_case_in_a_scene_are_found_by_position(scene, volumeCase):
    case, folder = volumeCase
    caseNode = writeCaseToScene(case, scene, folder)
    assert volumeNode(caseNode, "supine").GetName() == "supine image"
    assert volumeNode(caseNode, "nobody") is None


def test_a_key_picture_shows_a_bent_spine_bent():
    from PhantomCases import phantomCase

    from DynamicSpineLib.Scene.SlicePictures import planeOfMarks, uprightPlane

    case = phantomCase("lumbarSlip", ["SUP_N", "ST_F"])
    leans = []
    for position in case.positions:
        along = planeOfMarks(position.marks, case.chain.levels)
        upright = uprightPlane(along)
        assert upright.edgeLetters()[0] == "A"
        assert upright.up_RAS[2] > 0.99
        leans.append(float(np.degrees(np.arccos(np.dot(along.up_RAS, upright.up_RAS)))))
    assert leans[1] - leans[0] > 20
