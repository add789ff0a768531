"""Measures the views: ``xvfb-run -a -s "-screen 0 1600x1000x24" python -m tests.benchmarks.bench_slice_change``.

A synthetic thorax of 512×512×300 voxels with a mask of three segments, views of 900 pixels. Each figure is the time
from setting the state (slice, window, stroke) to the end of the synchronous repaint. Beside ours, in the same process
and with the same random slices, run pyqtgraph (two image items), VTK's vtkImageViewer2 and vtkResliceImageViewer with
the mask as a coloured image actor, and napari (image and labels layer), each at 900 pixels and waited for until drawn.
Start-up is a fresh process until the window has painted. On a busy machine the processor time of the thread says more
than the clock; what VTK and napari do on other threads is not in it.

napari needs a display with OpenGL (QT_QPA_PLATFORM=xcb); on another platform its row is left out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import psutil
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication, QWidget

from ctviewer.domain.edits.mask_edit import MaskEdit, edit_between
from ctviewer.domain.planes import Plane
from ctviewer.domain.progress import CancelToken, ignore_progress
from ctviewer.domain.segment import CHEST_SEGMENTS
from ctviewer.domain.slab import Slab, SlabKind
from ctviewer.domain.study import PatientInfo, SeriesRef, SourceFormat
from ctviewer.domain.volume import SourceGrid, Volume
from ctviewer.domain.windowing import Window
from ctviewer.gui.main_window import MainWindow
from ctviewer.gui.slices.slice_view import SliceView
from ctviewer.gui.theme import apply_theme
from ctviewer.gui.view3d.surfaces import build_surfaces
from ctviewer.io.phantom import PhantomGrid, thorax_phantom
from ctviewer.session.display import DisplayState
from ctviewer.session.position import ReadingPosition
from ctviewer.session.reading_session import ReadingSession
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.tools.toolbox import ToolBox
from ctviewer.session.viewport import Viewport
from ctviewer.store.document_state import DocumentState
from ctviewer.store.model_registry import ModelRegistry
from tests.support.volumes import geometry

SHAPE = (300, 512, 512)
SPACING_MM = (1.0, 0.7, 0.7)
VIEW_PX = 900
COLORS = [segment.color for segment in CHEST_SEGMENTS]
REPEATS = 300
ROOT = Path(__file__).resolve().parents[2]

START_PROGRAM = """
import time; start = time.perf_counter()
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ctviewer.app import main
application = QApplication([])
def leave():
    print("SECONDS", time.perf_counter() - start)
    for window in application.topLevelWidgets():
        window.close()
    application.quit()
main.QTimer.singleShot(0, leave)
main.open_window()
"""


def big_thorax() -> tuple[np.ndarray, np.ndarray]:
    """The phantom, repeated to full size, with noise so that nothing is smoother than a real scan."""
    small = thorax_phantom(PhantomGrid.covering_chest(slices=100, size=256))
    hu = small.hu.repeat(3, 0).repeat(2, 1).repeat(2, 2)
    noise = np.random.default_rng(1).integers(-30, 30, hu.shape[1:], dtype=np.int16)
    return hu + noise, small.labels.repeat(3, 0).repeat(2, 1).repeat(2, 2)


def document_of(hu: np.ndarray, labels: np.ndarray, uid: str = "1.2") -> SegmentationDocument:
    """Open document whose mask is `labels`."""
    grid = geometry(SHAPE, SPACING_MM)
    series = SeriesRef((Path("/nowhere/x.dcm"),), SourceFormat.DICOM, SHAPE, SPACING_MM, series_uid=uid,
                       patient=PatientInfo("B"), is_synthetic=True)  # fmt: skip

    return SegmentationDocument(Volume(hu, grid, series, SourceGrid(grid)), DocumentState(labels))


class OurViews:
    """The program's own views of a document, as the window has them."""

    def __init__(self, document: SegmentationDocument) -> None:
        self.position, self.display, self.toolbox = ReadingPosition(), DisplayState(), ToolBox()
        self.toolbox.set_document(document)
        self.views = {}
        for plane in Plane:
            view = SliceView(Viewport(plane, self.position), self.display, self.toolbox)
            view.set_document(document)
            view.resize(VIEW_PX, VIEW_PX)
            view.show()
            self.views[plane] = view
        self.position.enter_grid(SHAPE)
        QApplication.processEvents()


@dataclass(frozen=True)
class Times:
    """Milliseconds of each repetition: on the clock, and of this thread on the processor."""

    wall: np.ndarray
    cpu: np.ndarray

    @property
    def row(self) -> str:
        """Columns of the table."""
        return " | ".join(f"{np.median(t):.2f} | {np.percentile(t, 99):.2f}" for t in (self.wall, self.cpu))


def measure(change: Callable[[int], None], paint: Callable[[], None], repeats: int = REPEATS) -> Times:
    """Each change with its repaint; the first ten are not counted."""
    wall, cpu = [], []
    for n in range(repeats + 10):
        start, worked = time.perf_counter(), time.thread_time()
        change(n)
        paint()
        wall.append((time.perf_counter() - start) * 1000)
        cpu.append((time.thread_time() - worked) * 1000)
    return Times(np.array(wall[10:]), np.array(cpu[10:]))


def slices_in_random_order(count: int) -> list[int]:
    """No cache of neighbouring slices may help."""
    return [int(v) for v in np.random.default_rng(2).integers(0, count, REPEATS + 10)]


def our_figures(document: SegmentationDocument) -> Iterator[tuple[str, Times]]:
    """Every figure of our views."""
    ours = OurViews(document)
    axial, position, display = ours.views[Plane.AXIAL], ours.position, ours.display
    order = slices_in_random_order(SHAPE[0])

    def go(n: int) -> None:
        position.set_slice(Plane.AXIAL, order[n])

    for smooth in (True, False):
        display.smooth = smooth
        name = "interpolated" if smooth else "voxels as they are"
        yield f"slice change, one plane, filled overlay, {name}", measure(go, axial.repaint)
    display.smooth = True
    display.overlay_outline = True
    yield "slice change, one plane, outlined overlay, interpolated", measure(go, axial.repaint)
    display.overlay_outline = False

    def go_everywhere(n: int) -> None:
        position.index_kji = (order[n], (order[n] * 7) % 512, (order[n] * 11) % 512)

    yield (
        "three linked planes, every one changes",
        measure(go_everywhere, lambda: [view.repaint() for view in ours.views.values()]),
    )

    def drag_window(n: int) -> None:
        display.window = Window(-600 + n, 1500 + 2 * n)

    yield "window drag, one plane", measure(drag_window, axial.repaint)
    yield "window drag, three planes", measure(drag_window, lambda: [view.repaint() for view in ours.views.values()])
    display.window = Window(-600, 1500)
    yield from _scroll_figures(ours)
    yield from _slab_figures(ours)
    yield from _stroke_figures(ours, document)
    for view in ours.views.values():
        view.close()


def _stroke_figures(ours: OurViews, document: SegmentationDocument) -> Iterator[tuple[str, Times]]:
    """A brush of 30 pixels radius, dragged; only the changed rectangle is repainted."""
    from PySide6.QtCore import Qt

    from ctviewer.gui.slices.pointer_adapter import pointer_event
    from ctviewer.session.tools.tool_settings import ToolKind

    axial, toolbox = ours.views[Plane.AXIAL], ours.toolbox
    toolbox.active, toolbox.radius_mm = ToolKind.BRUSH, 30 * SPACING_MM[1]
    document.segments.active_label = 3

    def event(n: int) -> object:
        place = QPointF(200 + (n * 3) % 500, 300 + 60 * np.sin(n / 9))
        return pointer_event(place, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, axial.transform,
                             Plane.AXIAL, axial.viewport.slice_index, document.volume.geometry)  # fmt: skip

    toolbox.press(event(0))
    yield (
        "brush move, radius 30 px, to repainted rectangle",
        measure(lambda n: toolbox.move(event(n)), QApplication.processEvents),
    )
    toolbox.cancel()


def _scroll_figures(ours: OurViews) -> Iterator[tuple[str, Times]]:
    """Slice by slice, as a hand does it: neighbours may help each other."""
    for plane in (Plane.CORONAL, Plane.SAGITTAL):
        view, viewport = ours.views[plane], ours.views[plane].viewport
        viewport.slice_index = viewport.slice_count // 5

        def scroll(_: int, viewport: Viewport = viewport) -> None:
            viewport.slice_index = (viewport.slice_index + 1) % viewport.slice_count

        yield f"scroll slice by slice, {plane.value}", measure(scroll, view.repaint)


def _slab_figures(ours: OurViews) -> Iterator[tuple[str, Times]]:
    """A maximum of 10 mm: scrolled through slice by slice, and at random."""
    for plane in Plane:
        view, viewport = ours.views[plane], ours.views[plane].viewport
        viewport.slab = Slab(SlabKind.MAXIMUM, 10.0)
        count = viewport.slice_count
        viewport.slice_index = count // 5

        def scroll(n: int, viewport: Viewport = viewport, count: int = count) -> None:
            viewport.slice_index = (viewport.slice_index + 1) % count

        yield f"scroll through a 10 mm MIP, {plane.value}", measure(scroll, view.repaint)
        viewport.reset()


def switch_figures(hu: np.ndarray, labels: np.ndarray) -> Iterator[tuple[str, Times]]:
    """Two loaded studies in the real window, axial view, turn about, until everything is painted."""
    with tempfile.TemporaryDirectory() as folder:
        registry = ModelRegistry(Path(folder) / "bundled", Path(folder) / "models")
        window = MainWindow(ReadingSession.create(None, registry))
        window.resize(1600, 1000)
        window.show()
        workspace = window.session.workspace
        documents = [document_of(hu, labels, uid) for uid in ("1.2", "1.3")]
        for document in documents:
            workspace.show_volume(document.volume)
            workspace.document.apply_edit(
                difference(workspace.document.labels, labels), "mask"
            )  # fmt: skip
        QApplication.processEvents()

        def switch(n: int) -> None:
            workspace.opening.open_series(documents[n % 2].volume.series)

        yield "switch between two loaded studies", measure(switch, QApplication.processEvents, 30)
        window.close()


def difference(before: np.ndarray, after: np.ndarray) -> MaskEdit:
    """The edit that makes one mask of another."""
    edit = edit_between(before, after)
    if edit is None:
        raise ValueError("The masks are equal.")
    return edit


def surface_seconds(labels: np.ndarray, runs: int = 5) -> list[float]:
    """Seconds to build the surfaces of both lungs, sorted."""
    grid = geometry(SHAPE, SPACING_MM)
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        build_surfaces(labels, grid, (1, 2), ignore_progress, CancelToken())
        seconds.append(time.perf_counter() - start)
    return sorted(seconds)


def vtk_figures(hu: np.ndarray, labels: np.ndarray) -> Iterator[tuple[str, Times]]:
    """VTK's viewers of slices; the mask is coloured by a table and drawn over the image."""
    import vtk
    from vtk.util.numpy_support import numpy_to_vtk

    def image(values: np.ndarray) -> object:
        made = vtk.vtkImageData()
        made.SetDimensions(*reversed(values.shape))
        made.SetSpacing(*reversed(SPACING_MM))
        made.GetPointData().SetScalars(numpy_to_vtk(values.ravel()))
        return made

    table = vtk.vtkLookupTable()
    table.SetNumberOfTableValues(4)
    table.SetRange(0, 3)
    for label, rgba in enumerate([(0, 0, 0, 0), *((r / 255, g / 255, b / 255, 0.35) for r, g, b in COLORS)]):
        table.SetTableValue(label, *rgba)
    scan, mask = image(hu), image(labels)
    order = slices_in_random_order(SHAPE[0])
    for kind in (vtk.vtkImageViewer2, vtk.vtkResliceImageViewer):
        viewer = kind()
        window = vtk.vtkEGLRenderWindow() if hasattr(vtk, "vtkEGLRenderWindow") else vtk.vtkRenderWindow()
        window.SetOffScreenRendering(1)
        window.SetMultiSamples(0)
        viewer.SetRenderWindow(window)
        viewer.SetInputData(scan)
        viewer.SetColorWindow(1500)
        viewer.SetColorLevel(-600)
        viewer.SetSize(VIEW_PX, VIEW_PX)
        colors = vtk.vtkImageMapToColors()
        colors.SetLookupTable(table)
        colors.SetInputData(mask)
        overlay = vtk.vtkImageActor()
        overlay.GetMapper().SetInputConnection(colors.GetOutputPort())
        viewer.GetRenderer().AddActor(overlay)
        viewer.Render()
        viewer.GetRenderer().ResetCamera()

        def go(n: int, viewer: object = viewer, overlay: object = overlay) -> None:
            k = order[n]
            overlay.SetDisplayExtent(0, SHAPE[2] - 1, 0, SHAPE[1] - 1, k, k)  # type: ignore[attr-defined]
            viewer.SetSlice(k)  # type: ignore[attr-defined]  # this draws

        yield f"{kind.__name__} with coloured mask, one plane", measure(go, window.WaitForCompletion, 100)
        window.Finalize()


def napari_figures(hu: np.ndarray, labels: np.ndarray) -> Iterator[tuple[str, Times]]:
    """napari with an image and a labels layer."""
    if QApplication.platformName() != "xcb":
        return
    import napari

    viewer = napari.Viewer(show=True)
    viewer.add_image(hu, contrast_limits=(-1350, 150), scale=SPACING_MM)
    viewer.add_labels(labels, opacity=0.35, scale=SPACING_MM)
    native = viewer.window._qt_viewer.canvas.native
    native.setFixedSize(VIEW_PX, VIEW_PX)
    QApplication.processEvents()
    viewer.reset_view()
    QApplication.processEvents()
    order = slices_in_random_order(SHAPE[0])

    def go(n: int) -> None:
        viewer.dims.set_current_step(0, order[n])

    yield "napari, image and labels layer, one plane", measure(go, native.repaint, 100)
    viewer.close()


def pyqtgraph_figures(hu: np.ndarray, labels: np.ndarray) -> Iterator[tuple[str, Times]]:
    """The usual way: image and label image on top of each other."""
    import pyqtgraph as pg

    pg.setConfigOptions(imageAxisOrder="row-major")
    widget = pg.GraphicsLayoutWidget()
    box = widget.addViewBox(lockAspect=True, invertY=True)
    image, overlay = pg.ImageItem(), pg.ImageItem()
    box.addItem(image)
    box.addItem(overlay)
    table = np.zeros((256, 4), np.uint8)
    table[1:4] = [(*color, 90) for color in COLORS]
    widget.resize(VIEW_PX, VIEW_PX)
    widget.show()
    order = slices_in_random_order(SHAPE[0])

    def go(n: int) -> None:
        image.setImage(hu[order[n]], levels=(-1350, 150), autoLevels=False)
        overlay.setImage(labels[order[n]], levels=(0, 255), lut=table, autoLevels=False)

    go(0)
    QApplication.processEvents()
    viewport: QWidget = widget.viewport()
    yield "pyqtgraph, two image items, one plane", measure(go, viewport.repaint)
    widget.close()


def start_seconds(runs: int = 5) -> list[float]:
    """Seconds from the first line of a fresh process to the painted window, sorted."""
    seconds = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-c", START_PROGRAM],
                env={**os.environ, "PYTHONPATH": str(ROOT), "CTVIEWER_DATA_DIR": folder},
                capture_output=True, text=True, check=True,
            )  # fmt: skip
        seconds.append(float(done.stdout.rpartition("SECONDS")[2].split()[0]))
    return sorted(seconds)


def main() -> None:
    """Print a table row per figure."""
    application = QApplication(sys.argv[:1])
    apply_theme(application)
    print(f"platform {application.platformName()}, load {os.getloadavg()[0]:.1f}, {os.cpu_count()} CPUs\n")
    hu, labels = big_thorax()
    document = document_of(hu, labels)
    print("| What | median ms | p99 ms | CPU median ms | CPU p99 ms |\n|---|---|---|---|---|")
    medians = {}
    for figures in (
        our_figures(document),
        switch_figures(hu, labels),
        pyqtgraph_figures(hu, labels),
        vtk_figures(hu, labels),
        napari_figures(hu, labels),
    ):
        for name, times in figures:
            medians[name] = float(np.median(times.wall))
            print(f"| {name} | {times.row} |", flush=True)
    ours = next(iter(medians.values()))
    others = [name for name in medians if name.startswith(("pyqtgraph", "vtk", "napari"))]
    print("\nslice change, ours against: " + "; ".join(f"{name} {medians[name] / ours:.1f}×" for name in others))
    surfaces = surface_seconds(labels)
    print(
        f"surfaces of both lungs, s: median {surfaces[len(surfaces) // 2]:.2f}, all {[round(s, 2) for s in surfaces]}"
    )
    resident = psutil.Process().memory_info().rss / 2**20
    print(f"\nresident memory with scan and mask in memory: {resident:.0f} MiB")
    starts = start_seconds()
    print(f"start to painted window, s: median {starts[len(starts) // 2]:.2f}, all {[round(s, 2) for s in starts]}")


if __name__ == "__main__":
    main()
