"""Writing a model for other programs: ONNX, OpenVINO or TorchScript, checked against the model itself."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ctviewer.domain.errors import CTViewerError, ModelError
from ctviewer.domain.model_version import ModelVersion
from ctviewer.inference.folding import fold_batch_norm
from ctviewer.inference.weights import load_network

FORMATS = ("onnx", "openvino", "torchscript")
_TOLERANCE = 1e-3


def export_command(model: Path, out: Path, kind: str) -> int:
    """Export a model version folder; returns the exit code."""
    try:
        version = ModelVersion.from_folder(model)
        worst = export_model(version, out, kind)
    except CTViewerError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{out}: largest difference of a logit {worst:.2g}\n")
    return 0


def export_model(version: ModelVersion, out: Path, kind: str) -> float:
    """Write a model and read it back; beside it ``NAME.json`` says what its input and output mean.

    Parameters
    ----------
    out
        File to write.
    kind
        One of `FORMATS`.

    Returns
    -------
    float
        Largest difference between a logit of the written model and of the model itself on random input.

    Raises
    ------
    ModelError
        If they differ by more than rounding.
    """
    spec = version.manifest.input
    network = load_network(version)
    images = torch.rand(2, spec.channels, spec.size_px, spec.size_px, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        expected = network(images)
    out.parent.mkdir(parents=True, exist_ok=True)
    found = {"onnx": _onnx, "openvino": _openvino, "torchscript": _torchscript}[kind](network, images, out)
    worst = float((found - expected).abs().max())
    if worst > _TOLERANCE * max(1.0, float(expected.abs().max())):
        raise ModelError(f"The exported {kind} model differs from {version.ref} by {worst:.3g}.", "Do not use it.")
    out.with_suffix(".json").write_text(json.dumps(_description(version), indent=1, ensure_ascii=False) + "\n")
    return worst


def write_onnx(network: nn.Module, images: Tensor, path: Path) -> None:
    """Write a network as ONNX with any number of slices per batch; one output per head."""
    torch.onnx.export(
        network,
        (images,),
        str(path),
        input_names=["image"],
        dynamic_shapes=({0: torch.export.Dim("slices", min=1, max=4096)},),
        dynamo=True,
        external_data=False,
        verbose=False,
    )


def _onnx(network: nn.Module, images: Tensor, path: Path) -> Tensor:
    write_onnx(network, images, path)
    try:
        import onnxruntime
    except ImportError:
        # The product does not need it; what checks the file instead is the runtime it does need.
        import openvino

        return torch.from_numpy(openvino.compile_model(path, "CPU")(images.numpy())[0])
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    result: np.ndarray[Any, Any] = session.run(None, {"image": images.numpy()})[0]
    return torch.from_numpy(result)


def _openvino(network: nn.Module, images: Tensor, path: Path) -> Tensor:
    import openvino

    from ctviewer.inference.openvino_graph import NotTranslatableError, to_openvino

    try:
        graph = to_openvino(fold_batch_norm(network), images.shape[1], images.shape[-1])
    except NotTranslatableError as error:
        raise ModelError(f"This network cannot be written for OpenVINO ({error}).", "Export it as ONNX.") from error
    openvino.save_model(graph, path.with_suffix(".xml"), compress_to_fp16=False)
    options = {"INFERENCE_PRECISION_HINT": "f32"}
    return torch.from_numpy(openvino.compile_model(path.with_suffix(".xml"), "CPU", options)(images.numpy())[0])


def _torchscript(network: nn.Module, images: Tensor, path: Path) -> Tensor:
    torch.jit.trace(network, images, check_trace=False).save(str(path))
    with torch.inference_mode():
        found: Tensor = torch.jit.load(str(path))(images)
    return found


def _description(version: ModelVersion) -> dict[str, Any]:
    manifest = version.manifest
    return {
        "model": version.ref,
        "weights_sha256": manifest.weights_sha256,
        "input": manifest.input.to_json(),
        "channels": ["background", *(segment.key for segment in manifest.segments)],
        "note": "Logits per pixel. Post-processing of the program is not part of this file. Not for diagnostic use.",
    }
