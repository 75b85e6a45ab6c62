"""Speed and memory of the running product, as ratios measured in one run: `python -m eval.bench`.

Uses the archive of NEWSDESK_HOME, which must hold the seed articles, and needs the test extras.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

import click
import httpx

from eval.server import NEWSDESK, running_server
from index.weights import packaged_model
from rag.build import build_embedder
from rag.settings import load_settings

QUESTIONS = (
    "Why did Kering drop its suit?",
    "When and where did Kering file suit against Alibaba?",
    "Who granted the restraining order and what must the vendors do?",
    "How many shoppers use Tmall?",
    "What share of Tapestry's revenue comes from China?",
    "Which brands did Tapestry bring to Tmall?",
    "Who runs Tapestry?",
    "Who is the CEO of Walmart?",
    "How much did Kering pay Alibaba to settle?",
    "Why did Kering win its trial against Alibaba?",
)
ENCODES = """
import sys
from sentence_transformers import SentenceTransformer
SentenceTransformer(sys.argv[1], device="cpu").encode(sys.argv[2])
"""


@click.command()
@click.option("--runs", default=5, show_default=True, help="Cold starts of each kind, in turn, after one of each.")
@click.option("--asks", default=200, show_default=True, help="Questions to the running server.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def bench(runs: int, asks: int, as_json: bool) -> None:
    """Cold start, a warm answer, and the memory of the server."""
    figures = {**cold(runs), **warm(asks)}
    if as_json:
        click.echo(json.dumps(figures, indent=2))
        return
    for name, value in figures.items():
        click.echo(f"{name:<58}{value:>9.2f}")


def cold(runs: int) -> dict[str, float]:
    """A whole `newsdesk ask` against a whole process that encodes the question with sentence-transformers."""
    ask = [NEWSDESK, "ask", QUESTIONS[0]]
    encode = [sys.executable, "-c", ENCODES, str(packaged_model().path), QUESTIONS[0]]
    pairs = [(_wall_seconds(ask), _wall_seconds(encode)) for _ in range(runs + 1)][1:]
    return {
        "cold ask, s": statistics.median(a for a, _ in pairs),
        "cold sentence-transformers encode, s": statistics.median(b for _, b in pairs),
        "cold ask / encode, median of pairs (goal: 0.50 at most)": statistics.median(a / b for a, b in pairs),
    }


def warm(asks: int) -> dict[str, float]:
    """`POST /ask` of a running server against the embedding of the same questions alone, in turn."""
    embedder = build_embedder(load_settings())
    asked, embedded, memory = [], [], []
    with running_server() as (address, process), httpx.Client(base_url=address, timeout=30) as client:
        for n in range(asks + len(QUESTIONS)):
            question = QUESTIONS[n % len(QUESTIONS)]
            start = time.perf_counter()
            client.post("/ask", json={"question": question}).raise_for_status()
            middle = time.perf_counter()
            embedder.embed_query(question)
            asked.append((middle - start) * 1000)
            embedded.append((time.perf_counter() - middle) * 1000)
            if n + 1 in (asks // 2, asks):
                memory.append(process.memory_info().rss / 2**20)
    asked, embedded = asked[len(QUESTIONS) :], embedded[len(QUESTIONS) :]
    p50, embed_p50 = statistics.median(asked), statistics.median(embedded)
    return {
        "warm /ask p50, ms": p50,
        "warm /ask p95, ms": percentile(asked, 95),
        "embedding the question alone p50, ms": embed_p50,
        "warm /ask p50 / (1.5 embeddings + 30 ms) (goal: below 1)": p50 / (1.5 * embed_p50 + 30),
        f"server memory after {asks // 2} questions, MB": memory[0],
        f"server memory after {asks} questions, MB (goal: below 700)": memory[1],
    }


def percentile(values: Sequence[float], percent: int) -> float:
    """Between the two values nearest to it."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _wall_seconds(command: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    bench()
