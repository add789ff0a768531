"""The VTK scene; lives on one thread from its making to its end."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules import vtkRenderingOpenGL2, vtkRenderingVolumeOpenGL2
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints, vtkUnsignedCharArray
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkImageData, vtkPiecewiseFunction, vtkPlane, vtkPolyData
from vtkmodules.vtkFiltersCore import vtkPolyDataNormals
from vtkmodules.vtkFiltersSources import vtkPlaneSource
from vtkmodules.vtkRenderingCore import (
    vtkActor,
    vtkColorTransferFunction,
    vtkPolyDataMapper,
    vtkRenderer,
    vtkTexture,
    vtkVolume,
    vtkVolumeProperty,
)
from vtkmodules.vtkRenderingVolume import vtkFixedPointVolumeRayCastMapper

from ctviewer.gui.view3d.offscreen import make_window
from ctviewer.gui.view3d.picture import Body, CutPlane, Picture
from ctviewer.gui.view3d.surfaces import Surface

IMPLEMENTATIONS = (vtkRenderingOpenGL2, vtkRenderingVolumeOpenGL2)
"""VTK finds what draws its mappers only among what was imported."""
BACKGROUND = (0.020, 0.024, 0.027)
VIEW_ANGLE = 30.0
FILL = 0.75
"""The sphere around everything may be cut off by so much: a chest is no sphere."""
BODY_OPACITY = ((-200, 0.0), (120, 0.0), (220, 0.12), (500, 0.55), (1500, 0.85))
"""Contrast-filled vessels faint, bone dense: HU and opacity."""
BODY_COLOR = ((100, 0.55, 0.20, 0.16), (250, 0.85, 0.55, 0.40), (600, 0.95, 0.90, 0.80), (1500, 1.0, 1.0, 1.0))


class Scene:
    """Surfaces, cut plane and body of one picture after the other.

    Parameters
    ----------
    window_name
        What `ctviewer.gui.view3d.offscreen.working_window` found.
    """

    def __init__(self, window_name: str) -> None:
        self._window: Any = make_window(window_name)
        self._renderer: Any = vtkRenderer()
        self._renderer.SetBackground(*BACKGROUND)
        self._renderer.UseFXAAOn()
        self._window.AddRenderer(self._renderer)
        self._surfaces: tuple[Surface, ...] = ()
        self._actors: dict[int, Any] = {}
        self._clip: Any = vtkPlane()
        self._cut_source: Any = vtkPlaneSource()
        self._cut_texture: Any = vtkTexture()
        self._cut: CutPlane | None = None
        self._cut_actor = self._make_cut()
        self._body: Body | None = None
        self._body_volume: Any = None
        self._middle = np.zeros(3)
        self._radius = 200.0

    def draw(self, picture: Picture) -> NDArray[np.uint8]:
        """Draw a picture.

        Returns
        -------
        NDArray
            Shape ``(height, width, 4)``, RGBA, row 0 at the top.
        """
        if picture.surfaces is not self._surfaces:
            self._set_surfaces(picture.surfaces)
        if picture.body is not self._body:
            self._set_body(picture.body)
        self._style(picture)
        self._look(picture)
        width, height = picture.size_px
        self._window.SetSize(width, height)
        self._window.Render()
        pixels = vtkUnsignedCharArray()
        self._window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, pixels)
        return np.ascontiguousarray(vtk_to_numpy(pixels).reshape(height, width, 4)[::-1])

    def close(self) -> None:
        """Give the drawing context back."""
        self._renderer.RemoveAllViewProps()
        self._window.Finalize()

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _set_surfaces(self, surfaces: tuple[Surface, ...]) -> None:
        for actor in self._actors.values():
            self._renderer.RemoveActor(actor)
        self._surfaces = surfaces
        self._actors = {surface.label: self._make_surface(surface) for surface in surfaces if len(surface.triangles)}
        for actor in self._actors.values():
            self._renderer.AddActor(actor)
        self._measure()

    def _make_surface(self, surface: Surface) -> Any:
        points: Any = vtkPoints()
        points.SetData(numpy_to_vtk(surface.points, deep=1))
        cells: Any = vtkCellArray()
        count = len(surface.triangles)
        offsets = numpy_to_vtkIdTypeArray(np.arange(0, 3 * count + 1, 3, dtype=np.int64), deep=1)
        cells.SetData(offsets, numpy_to_vtkIdTypeArray(surface.triangles.ravel(), deep=1))
        mesh: Any = vtkPolyData()
        mesh.SetPoints(points)
        mesh.SetPolys(cells)
        normals: Any = vtkPolyDataNormals()
        normals.SetInputData(mesh)
        normals.SplittingOff()
        mapper: Any = vtkPolyDataMapper()
        mapper.SetInputConnection(normals.GetOutputPort())
        actor: Any = vtkActor()
        actor.SetMapper(mapper)
        look = actor.GetProperty()
        look.SetAmbient(0.18)
        look.SetDiffuse(0.78)
        look.SetSpecular(0.18)
        look.SetSpecularPower(25)
        return actor

    def _make_cut(self) -> Any:
        mapper: Any = vtkPolyDataMapper()
        mapper.SetInputConnection(self._cut_source.GetOutputPort())
        self._cut_texture.InterpolateOn()
        actor: Any = vtkActor()
        actor.SetMapper(mapper)
        actor.SetTexture(self._cut_texture)
        actor.GetProperty().LightingOff()
        actor.VisibilityOff()
        self._renderer.AddActor(actor)
        return actor

    def _set_body(self, body: Body | None) -> None:
        if self._body_volume is not None:
            self._renderer.RemoveVolume(self._body_volume)
        self._body, self._body_volume = body, None
        if body is None:
            return
        image = _image(body.hu, body.geometry.spacing_mm)
        mapper: Any = vtkFixedPointVolumeRayCastMapper()
        mapper.SetInputData(image)
        opacity, color = vtkPiecewiseFunction(), vtkColorTransferFunction()
        for hu, share in BODY_OPACITY:
            opacity.AddPoint(hu, share)
        for hu, *rgb in BODY_COLOR:
            color.AddRGBPoint(hu, *rgb)
        look: Any = vtkVolumeProperty()
        look.SetScalarOpacity(opacity)
        look.SetColor(color)
        look.SetInterpolationTypeToLinear()
        look.ShadeOn()
        volume: Any = vtkVolume()
        volume.SetMapper(mapper)
        volume.SetProperty(look)
        volume.SetUserMatrix(_placement(body))
        self._body_volume = volume
        self._renderer.AddVolume(volume)
        self._measure()

    def _style(self, picture: Picture) -> None:
        if picture.cut is not self._cut:
            self._set_cut(picture.cut)
        for label, actor in self._actors.items():
            look = picture.looks.get(label)
            actor.SetVisibility(look is not None)
            if look is not None:
                color, opacity = look
                actor.GetProperty().SetColor(*(v / 255 for v in color))
                actor.GetProperty().SetOpacity(opacity)
        # Sorting what lies behind what costs passes; without anything translucent it would be for nothing.
        self._renderer.SetUseDepthPeeling(any(opacity < 1 for _, opacity in picture.looks.values()))
        is_clipped = picture.is_clipped and picture.cut is not None
        parts = [actor.GetMapper() for actor in self._actors.values()]
        if self._body_volume is not None:
            parts.append(self._body_volume.GetMapper())
        for mapper in parts:
            mapper.RemoveAllClippingPlanes()
            if is_clipped:
                mapper.AddClippingPlane(self._clip)

    def _set_cut(self, cut: CutPlane | None) -> None:
        self._cut = cut
        self._cut_actor.SetVisibility(cut is not None)
        if cut is None:
            return
        self._cut_source.SetOrigin(*cut.corners[0])
        self._cut_source.SetPoint1(*cut.corners[1])
        self._cut_source.SetPoint2(*cut.corners[2])
        self._cut_texture.SetInputData(_grey_image(cut.grey))
        self._clip.SetOrigin(*cut.corners[0])
        self._clip.SetNormal(*(-cut.normal))

    def _measure(self) -> None:
        """Middle and size of everything there is, so that a rotation does not change the magnification."""
        bounds = [actor.GetBounds() for actor in self._actors.values()]
        if self._body_volume is not None:
            bounds.append(self._body_volume.GetBounds())
        if bounds:
            corners = np.array(bounds).reshape(-1, 3, 2)
            low, high = corners[:, :, 0].min(0), corners[:, :, 1].max(0)
            self._middle, self._radius = (low + high) / 2, float(np.linalg.norm(high - low)) / 2

    def _look(self, picture: Picture) -> None:
        camera, eye = self._renderer.GetActiveCamera(), picture.camera
        right, up, towards = eye.basis
        width_px, height_px = picture.size_px
        half = np.radians(VIEW_ANGLE / 2)
        # A view narrower than high must still show the whole width.
        tangent = np.tan(half) / eye.zoom * FILL / min(1.0, width_px / height_px)
        distance = self._radius / np.sin(half)
        height_mm = 2 * distance * tangent
        target = self._middle - (right * eye.pan[0] + up * eye.pan[1]) * height_mm
        camera.SetViewAngle(float(2 * np.degrees(np.arctan(tangent))))
        camera.SetFocalPoint(*target)
        camera.SetPosition(*(target + towards * distance))
        camera.SetViewUp(*up)
        self._renderer.ResetCameraClippingRange()


def _image(values: Any, spacing_mm: tuple[float, float, float]) -> Any:
    image: Any = vtkImageData()
    image.SetDimensions(*reversed(values.shape))
    image.SetSpacing(*reversed(spacing_mm))
    image.GetPointData().SetScalars(numpy_to_vtk(values.ravel(), deep=1))
    return image


def _grey_image(grey: NDArray[np.uint8]) -> Any:
    image: Any = vtkImageData()
    image.SetDimensions(grey.shape[1], grey.shape[0], 1)
    image.GetPointData().SetScalars(numpy_to_vtk(np.repeat(grey.reshape(-1, 1), 3, 1), deep=1))
    return image


def _placement(body: Body) -> Any:
    """From millimetres along ``i``, ``j``, ``k`` to LPS."""
    from vtkmodules.vtkCommonMath import vtkMatrix4x4

    matrix: Any = vtkMatrix4x4()
    for row in range(3):
        for column, axis in enumerate((2, 1, 0)):
            matrix.SetElement(row, column, float(body.geometry.directions[row, axis]))
        matrix.SetElement(row, 3, float(body.geometry.affine[row, 3]))
    return matrix
