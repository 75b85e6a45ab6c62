"""A model on onnxruntime that many threads share."""

import os
from collections.abc import Mapping
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from numpy.typing import NDArray

# onnxruntime from 1.29 on reports every model it loads to its maker, and keeps an id of the machine in the home folder,
# unless it finds this variable when it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime


class OnnxSession:
    """Runs no more at a time than there are cores for: others in between would make none faster, and each would keep
    the memory of its own run."""

    def __init__(self, file: Path, threads: int) -> None:
        """`threads`: of one run; 0 for all cores."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
        self._turns = BoundedSemaphore(max(1, (os.cpu_count() or 1) // threads) if threads else 1)

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
        """The first output of the graph."""
        with self._turns:
            output: NDArray[Any] = self._session.run(None, dict(inputs))[0]
        return output
