"""The same graph as the onnx embedder's on OpenVINO, in bfloat16 where the processor computes in it: vectors equal to a
cosine of .9999, in half the time, for archives that are large. It starts more slowly."""

import sys
from pathlib import Path
from threading import local

import numpy as np

from index.embedders.onnx import Model, OnnxEmbedder
from index.errors import SetupError

# When it finds this package, openvino reports to its maker that it was imported, and keeps an id in the home folder.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

try:
    from openvino import Core, InferRequest
except ImportError as error:
    raise SetupError(
        "The package openvino is not installed.", "Install it: pip install 'newsdesk[openvino]'."
    ) from error


class OpenvinoEmbedder(OnnxEmbedder):
    """Interchangeable with the onnx embedder: same models, same id."""

    def _load(self, file: Path, threads: int) -> Model:
        core = Core()
        precision = "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"
        options = {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"}
        options |= {"INFERENCE_NUM_THREADS": str(threads)} if threads else {}
        compiled = core.compile_model(str(file), "CPU", options)
        requests = local()  # one serves one thread

        def run(ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
            if not hasattr(requests, "mine"):
                requests.mine = compiled.create_infer_request()
            request: InferRequest = requests.mine
            return np.array(request.infer([ids, mask])[0])  # its own memory is written again by the next call

        return run
