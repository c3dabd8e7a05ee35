"""A motion in Slicer's nodes: images and bodies go with the bones, and nothing of it touches the case or stays."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from PhantomCases import phantomCase, posedSpine
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from DynamicSpineLib.Compare.BodySolids import solidsInReference
from DynamicSpineLib.Compare.MotionFields import motionFields
from DynamicSpineLib.Compare.MotionGrid import slabGrid
from DynamicSpineLib.Compare.MotionPath import motionPath
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Scene.CaseScene import readCaseFromScene, writeCaseToScene
from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication
from DynamicSpineLib.Scene.Motion.MotionNodes import MOTION_ATTRIBUTE
from DynamicSpineLib.Scene.Motion.MotionPlayer import MotionPlayer, endMotion, motionOf
from DynamicSpineLib.Scene.SceneFiles import loadScene, saveScene
from DynamicSpineLib.Study.Marks import LandmarkSet
from DynamicSpineLib.Study.VolumeFile import readGeometry

ORDER, HELD = ("ST_E", "ST_F"), "L5"
BODY, AROUND = 800, 200
BODIES = ("L2", "L3", "L4", "L5")


def carried(points, matrix):
    return np.asarray(points) @ matrix[:3, :3].T + matrix[:3, 3]


def painted(position, geometry):
    """Voxels (k, j, i) that are white inside the bodies of the phantom's bones in a position."""
    spine = posedSpine("lumbarSlip", position)
    k, j, i = np.meshgrid(*(np.arange(count) for count in geometry.size[::-1]), indexing="ij")
    places = carried(np.stack([i, j, k], axis=-1), geometry.ijkToRAS)
    voxels = np.full(geometry.size[::-1], AROUND, dtype=np.int16)
    for level in BODIES:
        own = np.abs(carried(places, np.linalg.inv(spine.boneToRAS[level])))
        voxels[(own[..., 1] < 17.0) & (own[..., 2] < 13.0)] = BODY
    return voxels


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The case in both positions, with a coarse volume of its bodies for each, and the folder of those."""
    sitk = pytest.importorskip("SimpleITK")
    folder, positions = tmp_path_factory.mktemp("volumes"), []
    for position in phantomCase("lumbarSlip").positions:
        if position.id in ORDER:
            middle = posedSpine("lumbarSlip", position.id).boneToRAS["L4"][:3, 3]
            image = sitk.Image(110, 130, 3, sitk.sitkInt16)
            image.SetSpacing((1.8, 1.8, 12.0))
            image.SetDirection((0.0, 0.0, -1.0, 1.0, 0.0, 0.0, 0.0, -1.0, 0.0))
            image.SetOrigin((12.0 - middle[0], -middle[1] - 99.0, middle[2] + 117.0))
            path = folder / f"{position.id}.nrrd"
            sitk.WriteImage(image, str(path))
            voxels = sitk.GetImageFromArray(painted(position.id, readGeometry(path)))
            voxels.CopyInformation(image)
            sitk.WriteImage(voxels, str(path))
            positions.append(replace(position, volume=path.name, geometry=readGeometry(path)))
    return replace(phantomCase("lumbarSlip"), positions=tuple(positions), bones=()), folder


@pytest.fixture
def opened(scene, files):
    """The case's node in a scene, its way from extension to flexion, and a slice view in its midline."""
    case, folder = files
    caseNode = writeCaseToScene(case, scene, folder)
    return caseNode, motionPath(case, HELD, ORDER, "ST_E"), case


def midline():
    plane = np.eye(4)
    plane[:3, :3] = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, 1.0], [-1.0, 0.0, 0.0]]).T
    plane[:3, 3] = posedSpine("lumbarSlip", "ST_E").boneToRAS["L4"][:3, 3]
    return plane


@contextlib.contextmanager
def sliceView(size=(200, 200), fieldMm=200.0):
    """A slice view in the midline of the reference position."""
    from trame_slicer.views import NoScheduleRendering, SliceView

    slicerApp = headlessApplication().slicerApp
    view = SliceView(slicerApp.scene, slicerApp.app_logic, "Red", scheduled_render_strategy=NoScheduleRendering())
    view._logic.ResizeSliceNode(*size)
    node, plane = view.get_view_node(), midline()
    for row in range(3):
        for column in range(4):
            node.GetSliceToRAS().SetElement(row, column, plane[row, column])
    node.SetFieldOfView(fieldMm, fieldMm, 1.0)
    node.UpdateMatrices()
    yield view
    # Its logic would make nodes of its own in every scene to come.
    view._displayable_manager_group.SetMRMLDisplayableNode(None)
    view._logic.SetMRMLScene(None)
    slicerApp.app_logic.GetSliceLogics().RemoveItem(view._logic)


def layersOf(view):
    """Gray values (rows, columns) that the view has resliced of its background and foreground."""
    found = []
    for layer in (view._logic.GetBackgroundLayer(), view._logic.GetForegroundLayer()):
        layer.GetReslice().Update()
        image = layer.GetReslice().GetOutput()
        columns, rows, _ = image.GetDimensions()
        found.append(vtk_to_numpy(image.GetPointData().GetScalars()).reshape(rows, columns).astype(float))
    return found


def sampled(image, points, above=None):
    """Gray values at points in the reference's frame, with a user's transform above it."""
    world = carried(points, np.eye(4) if above is None else above)
    offset = (world - midline()[:3, 3]) @ midline()[:3, :3]
    columns, rows = (np.rint(offset[:, axis] + 99.5).astype(int) for axis in (0, 1))
    return image[rows, columns]


def matrixOf(node):
    matrix = vtkMatrix4x4()
    node.GetMatrixTransformToParent(matrix)
    return np.reshape(matrix.GetData(), (4, 4))


def bodyPoints(level, reach=(14.0, 10.0)):
    """Points inside a body in the reference position, and points just outside its front and back."""
    grid = np.array([(0.0, y, z) for y in np.linspace(-1, 1, 5) * reach[0] for z in np.linspace(-1, 1, 5) * reach[1]])
    outside = np.array([(0.0, side * 20.5, z) for side in (-1, 1) for z in (-8.0, 0.0, 8.0)])
    matrix = posedSpine("lumbarSlip", "ST_E").boneToRAS[level]
    return carried(grid, matrix), carried(outside, matrix)


def fieldsFor(case, path, frames):
    return runSteps(motionFields(case, path, frames, slabGrid(midline(), 200.0, 200.0)))


def motionNodes(scene):
    return [scene.GetNthNode(index).GetName() for index in range(scene.GetNumberOfNodes())
            if scene.GetNthNode(index).GetAttribute(MOTION_ATTRIBUTE)
            and not scene.GetNthNode(index).IsA("vtkMRMLScriptedModuleNode")]


def userTransform(scene, angleDeg, shift):
    node = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "the user's")
    turn, matrix = np.radians(angleDeg), np.eye(4)
    matrix[1:3, 1:3] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    matrix[:3, 3] = shift
    values = vtkMatrix4x4()
    values.DeepCopy(matrix.ravel().tolist())
    node.SetMatrixTransformToParent(values)
    return node, matrix


def test_both_images_show_every_body_in_the_pose_of_the_frame(opened):
    caseNode, path, case = opened
    frames = path.frames(between=3, dwell=1)
    with sliceView() as view:
        player = MotionPlayer(caseNode, path, frames, fieldsFor(case, path, frames),
                              composites=[view._logic.GetSliceCompositeNode()])
        for number, frame in enumerate(frames):
            player.show(number)
            for level in BODIES:
                pose = path.posesAt(0, frame.fraction)[level]
                inside, outside = (carried(points, pose) for points in bodyPoints(level))
                shown = [1] if frame.fraction == 1.0 else [0] if frame.fraction == 0.0 else [0, 1]
                for image in np.array(layersOf(view))[shown]:
                    assert sampled(image, inside).min() > 700, (level, frame)
                    assert sampled(image, outside).max() < 500, (level, frame)
        player.stop()


def test_without_the_fields_moving_bodies_are_elsewhere_in_one_of_the_images(opened):
    caseNode, path, _case = opened
    frames = path.frames(between=1, dwell=1)
    with sliceView() as view:
        player = MotionPlayer(caseNode, path, frames, composites=[view._logic.GetSliceCompositeNode()])
        player.show(1)
        inside = carried(bodyPoints("L2")[0], path.posesAt(0, 0.5)["L2"])
        assert min(sampled(image, inside).min() for image in layersOf(view)) < 400
        held = bodyPoints(HELD)[0]
        assert min(sampled(image, held).min() for image in layersOf(view)) > 700
        player.stop()


def test_the_images_fade_into_each_other(opened):
    caseNode, path, case = opened
    frames = path.frames(between=3, dwell=2)
    with sliceView() as view:
        composite = view._logic.GetSliceCompositeNode()
        player = MotionPlayer(caseNode, path, frames, fieldsFor(case, path, frames), composites=[composite])
        opacities = []
        for number in range(len(frames)):
            player.show(number)
            opacities.append(composite.GetForegroundOpacity())
        assert opacities == pytest.approx([0, 0, 0.1464, 0.5, 0.8536, 1, 1], abs=1e-3)
        assert player.frame.position == "ST_F"
        player.show(len(frames) + 1)
        assert player.frame.position == "ST_E"
        player.stop()


def test_slicers_own_browser_moves_the_bodies(opened):
    caseNode, path, case = opened
    frames = path.frames(between=4, dwell=1)
    player = MotionPlayer(caseNode, path, frames, solids=solidsInReference(case, path), rateFps=12.0)
    browser = player.browser
    transforms = {level: model.GetParentTransformNode() for level, model in player.models.items()}
    assert browser.GetNumberOfItems() == len(frames)
    assert browser.GetMasterSequenceNode().GetIndexName() == "position"
    assert browser.GetPlaybackRateFps() == 12.0
    assert browser.GetPlaybackLooped()
    for number in (3, 5, 1):
        browser.SetSelectedItemNumber(number)
        for level, pose in path.posesAt(0, frames[number].fraction).items():
            assert np.abs(matrixOf(transforms[level]) - pose).max() < 1e-12
            assert browser.GetSequenceNode(transforms[level]) is not None
            held = matrixOf(browser.GetSequenceNode(transforms[level]).GetNthDataNode(number))
            assert np.abs(held - pose).max() < 1e-12
        assert player.frame == frames[number]
    assert np.array_equal(matrixOf(transforms[HELD]), np.eye(4))
    browser.SelectNextItem(4)
    assert player.frame == frames[5]
    browser.SelectNextItem()  # loops
    assert player.frame == frames[0]
    assert set(player.models) == set(path.legs[0].levels)
    colors = {level: model.GetDisplayNode().GetColor() for level, model in player.models.items()}
    assert [level for level in colors if colors[level] != colors["L4"]] == [HELD]
    player.stop()
    browser.SetSelectedItemNumber(2)
    assert player.frame == frames[0]


def test_a_users_transforms_are_composed_and_stay_as_they_are(opened):
    caseNode, path, case = opened
    scene, frames = caseNode.GetScene(), path.frames(between=1, dwell=1)
    (below, matrix), (other, _) = userTransform(scene, 12.0, (0.0, 6.0, -4.0)), userTransform(scene, -30.0, (0, 50, 9))
    volumeNode(caseNode, "ST_E").SetAndObserveTransformNodeID(below.GetID())
    volumeNode(caseNode, "ST_F").SetAndObserveTransformNodeID(other.GetID())
    with sliceView() as view:
        player = MotionPlayer(caseNode, path, frames, fieldsFor(case, path, frames), solidsInReference(case, path),
                              [view._logic.GetSliceCompositeNode()])
        player.show(1)
        for level in BODIES:
            inside, outside = (carried(points, path.posesAt(0, 0.5)[level]) for points in bodyPoints(level))
            for image in layersOf(view):
                assert sampled(image, inside, matrix).min() > 700, level
                assert sampled(image, outside, matrix).max() < 500, level
        world = vtkMatrix4x4()
        player.models["L3"].GetParentTransformNode().GetMatrixTransformToWorld(world)
        expected = matrix @ path.posesAt(0, 0.5)["L3"]
        assert np.reshape(world.GetData(), (4, 4)) == pytest.approx(expected, abs=1e-9)
        player.stop()
    assert volumeNode(caseNode, "ST_E").GetTransformNodeID() == below.GetID()
    assert volumeNode(caseNode, "ST_F").GetTransformNodeID() == other.GetID()
    assert np.array_equal(matrixOf(below), matrix)


def test_stop_takes_every_node_away_and_views_show_what_they_did(opened):
    caseNode, path, case = opened
    scene, frames = caseNode.GetScene(), path.frames(between=1, dwell=1)
    with sliceView() as view:
        composite = view._logic.GetSliceCompositeNode()
        composite.SetBackgroundVolumeID(volumeNode(caseNode, "ST_F").GetID())
        composite.SetForegroundOpacity(0.3)
        before = [scene.GetNthNode(index).GetID() for index in range(scene.GetNumberOfNodes())]
        player = MotionPlayer(caseNode, path, frames, fieldsFor(case, path, frames), solidsInReference(case, path),
                              [composite])
        assert len(motionNodes(scene)) > 20
        player.show(1)
        player.stop()
        player.stop()
        assert [scene.GetNthNode(index).GetID() for index in range(scene.GetNumberOfNodes())] == before
        assert composite.GetBackgroundVolumeID() == volumeNode(caseNode, "ST_F").GetID()
        assert composite.GetForegroundVolumeID() is None
        assert composite.GetForegroundOpacity() == 0.3
        assert motionOf(caseNode) is None
        roles: list[str] = []
        caseNode.GetNodeReferenceRoles(roles)
        assert not [role for role in roles if role.startswith("motion") and caseNode.GetNodeReference(role)]


def test_a_scene_saved_while_playing_holds_the_case_alone_and_knows_what_was_shown(opened, tmp_path):
    caseNode, path, case = opened
    scene, frames = caseNode.GetScene(), path.frames(between=1, dwell=1)
    before = readCaseFromScene(scene, caseNode)
    with sliceView() as view:
        composite = view._logic.GetSliceCompositeNode()
        composite.SetBackgroundVolumeID(volumeNode(caseNode, "ST_F").GetID())
        player = MotionPlayer(caseNode, path, frames, fieldsFor(case, path, frames), solidsInReference(case, path),
                              [composite])
        player.show(1)
        assert readCaseFromScene(scene, caseNode) == before
        saveScene(scene, tmp_path / "playing.mrb")
        player.stop()
        reopened, again = loadScene(tmp_path / "playing.mrb", scene)
        assert reopened == before
        assert motionNodes(scene) == []
        assert scene.GetNumberOfNodesByClass("vtkMRMLSequenceBrowserNode") == 0
        names = [scene.GetNthNode(index).GetName() or "" for index in range(scene.GetNumberOfNodes())]
        assert [name for name in names if "otion" in name] == []
        assert scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") == 2
        assert motionOf(again) == {"held": HELD, "order": list(ORDER), "reference": "ST_E"}
        endMotion(again)
        assert motionOf(again) is None
        shown = scene.GetFirstNodeByClass("vtkMRMLSliceCompositeNode")
        assert shown.GetBackgroundVolumeID() == volumeNode(again, "ST_F").GetID()


def test_a_bone_that_takes_no_part_in_a_leg_is_hidden_there(opened):
    caseNode, _, case = opened
    marks = case.position("ST_F").marks
    kept = MappingProxyType({name: mark for name, mark in marks.landmarks.items() if not name.startswith("L2_")})
    flexion = replace(case.position("ST_F"), marks=LandmarkSet(kept, marks.contours))
    third = replace(case.position("ST_E"), id="third")
    case = replace(case, positions=(case.position("ST_E"), third, flexion))
    path = motionPath(case, HELD, ("ST_E", "third", "ST_F"), "ST_E")
    frames = path.frames(between=1, dwell=1)
    player = MotionPlayer(caseNode, path, frames, solids=solidsInReference(case, path))
    seen = []
    for number in range(len(frames)):
        player.show(number)
        seen.append([bool(player.models[level].GetDisplayNode().GetVisibility()) for level in ("L2", "L3")])
    assert seen == [[True, True]] * 2 + [[False, True]] * 3
    player.stop()


def test_what_cannot_be_played_is_refused_and_leaves_nothing_behind(opened):
    caseNode, path, _case = opened
    scene, frames = caseNode.GetScene(), path.frames(between=1, dwell=1)
    with sliceView() as view:
        composite = view._logic.GetSliceCompositeNode()
        player = MotionPlayer(caseNode, path, frames, composites=[composite])
        with pytest.raises(InputError, match="stop it first"):
            MotionPlayer(caseNode, path, frames)
        player.stop()
        scene.RemoveNode(volumeNode(caseNode, "ST_F"))
        count = scene.GetNumberOfNodes()
        with pytest.raises(InputError, match="its volume is not in the scene"):
            MotionPlayer(caseNode, path, frames, composites=[composite])
        assert scene.GetNumberOfNodes() == count
        assert motionOf(caseNode) is None
