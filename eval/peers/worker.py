"""One peer in a process of its own: `python -m eval.peers.worker measure|cold "module:Class" FOLDER MODEL`.

FOLDER holds job.pickle and takes the stored index and, after `measure`, result.json. Sockets are closed to it.
"""

import json
import pickle
import resource
import statistics
import sys
import time
from importlib import import_module
from pathlib import Path

from eval.peers.types import CHUNKS, Job, Peer
from index.errors import BadInputError
from rag.types import Question


def main() -> None:
    action, target, folder, model = sys.argv[1:]
    sys.addaudithook(_no_network)
    # Written by the process that started this one.
    job: Job = pickle.loads((Path(folder) / "job.pickle").read_bytes())
    index = Path(folder) / "index"
    if action == "measure":
        index.mkdir(exist_ok=True)
        result = measure(target, index, Path(model), job)
        (Path(folder) / "result.json").write_text(json.dumps(result))
    else:
        peer = _peer(target, index, Path(model))
        peer.load()
        peer.search(next(iter(job.questions.values())), CHUNKS)


def measure(target: str, folder: Path, model: Path, job: Job) -> dict[str, object]:
    """All of `Measured` but the cold start."""
    start, cpu_start = time.perf_counter(), time.process_time()
    peer = _peer(target, folder, model)
    chunks = peer.build(job.articles)
    ingest_s, ingest_cpu_s = time.perf_counter() - start, time.process_time() - cpu_start
    for question in list(job.questions.values())[:5]:
        _search(peer, question)  # to be warm
    rankings, times, cpu_start = {}, [], time.process_time()
    for key, question in job.questions.items():
        start = time.perf_counter()
        found = _search(peer, question)
        times.append(time.perf_counter() - start)
        rankings[key] = list(dict.fromkeys(found))
    query_cpu_s = (time.process_time() - cpu_start) / len(times)
    return {
        "rankings": rankings,
        "chunks": chunks,
        "ingest_s": ingest_s,
        "ingest_cpu_s": ingest_cpu_s,
        "query_p50_ms": statistics.median(times) * 1000,
        "query_cpu_ms": query_cpu_s * 1000,
        "peak_mb": _peak_mb(),
    }


def _peer(target: str, folder: Path, model: Path) -> Peer:
    module, _, name = target.partition(":")
    peer: Peer = getattr(import_module(module), name)(folder, model)
    return peer


def _search(peer: Peer, question: Question) -> list[str]:
    try:
        return peer.search(question, CHUNKS)
    except BadInputError:
        return []  # a question that is refused finds nothing


def _peak_mb() -> float:
    """Of this process; getrusage may count what the process that started it had, so Linux is asked itself."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 1024)


def _no_network(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo"):
        raise PermissionError(f"a peer wants the network: {event} {arguments[-1]}")


if __name__ == "__main__":
    main()
