"""An off-screen 3-D view with a caption over it, for pictures of solids and of volumes."""

from __future__ import annotations

from DynamicSpineLib.Scene.HeadlessApplication import startSlicer
from DynamicSpineLib.Scene.PictureContent import PictureCaption, RenderedPicture
from DynamicSpineLib.Scene.Quiet import quietMessages, quietTerminal


class PictureStage:
    """One 3-D view off screen, in the scene of the application that Python has started without windows.

    `app` holds the scene, `view` the camera and the renderer. Raises JobError where Slicer cannot start.
    """

    def __init__(self, name: str) -> None:
        from trame_slicer.views import NoScheduleRendering, ThreeDView
        from vtkmodules.vtkRenderingCore import vtkRenderer

        from DynamicSpineLib.Scene.PictureOverlay import PictureOverlay

        self.app = startSlicer()
        with quietTerminal(), quietMessages():
            self.view: ThreeDView = ThreeDView(
                self.app.scene, self.app.app_logic, name, scheduled_render_strategy=NoScheduleRendering()
            )
        front = vtkRenderer()
        front.SetLayer(1)
        window = self.view.render_window()
        window.SetNumberOfLayers(max(2, window.GetNumberOfLayers()))
        window.AddRenderer(front)
        self._overlay = PictureOverlay(front)

    def shoot(self, caption: PictureCaption, size: tuple[int, int]) -> RenderedPicture:
        """Draw what the camera sees, on black, in (width, height) pixels, with its caption."""
        from DynamicSpineLib.Scene.PictureCapture import capture

        window = self.view.render_window()
        window.SetSize(*size)
        self.view.interactor().UpdateSize(*size)
        self.view.set_box_visible(False)
        self.view.set_background_color([0, 0, 0])
        self._overlay.updateCaption(caption, size)
        self.view.interactor().Render()
        return capture(window, size)
