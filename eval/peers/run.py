"""Runs one peer: a process that ingests and searches, then some that only load and search."""

import json
import os
import pickle
import resource
import statistics
import subprocess
import time
from pathlib import Path

from eval.peers.types import Job, Measured, Spec
from index.errors import SetupError
from index.weights import packaged_model

COLD_STARTS = 3
ROOT = Path(__file__).parents[2]


def run_peer(name: str, spec: Spec, job: Job, python: str, folder: Path, threads: int) -> Measured:
    """`python` runs the peer, `folder` is empty and its own. Raises SetupError when it stops with an error."""
    (folder / "job.pickle").write_bytes(pickle.dumps(job))
    command = [spec.target, str(folder), str(packaged_model().path)]
    environment = _environment(threads)
    _run(name, spec, [python, "-m", "eval.peers.worker", "measure", *command], environment)
    cold = [python, "-m", "eval.peers.worker", "cold", *command]
    starts = [_run(name, spec, cold, environment) for _ in range(COLD_STARTS + 1)][1:]
    result = json.loads((folder / "result.json").read_text())
    return Measured(
        **result,
        cold_start_s=statistics.median(wall for wall, _ in starts),
        cold_start_cpu_s=statistics.median(cpu for _, cpu in starts),
    )


def _environment(threads: int) -> dict[str, str]:
    """Of the worker: no settings of the user, no network, so many threads."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSDESK_")}
    counts = dict.fromkeys(
        ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS", "NEWSDESK_THREADS"), str(threads)
    )
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False"}
    return {**kept, **counts, **offline, "PYTHONPATH": str(ROOT)}


def _run(name: str, spec: Spec, command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds by the clock and of the processor. Raises SetupError with the end of its traceback."""
    start, cpu_start = time.perf_counter(), _cpu_seconds()
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    wall, cpu = time.perf_counter() - start, _cpu_seconds() - cpu_start
    if done.returncode:
        *before, last = done.stderr.strip().splitlines() or ["nothing was said"]
        again = f"python -m eval.peers setup --peer {name}" if spec.requirements else "pip install 'newsdesk[peers]'"
        raise SetupError(
            f"The peer {name!r} stopped with an error ({last}).",
            f"Install it again ({again}), or see where it stopped: {' | '.join(line.strip() for line in before[-6:])}",
        )
    return wall, cpu


def _cpu_seconds() -> float:
    """Of all processes that were started here and ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
