"""A server under load, as ratios measured in one run: `python -m eval.bench_serve [WHAT]...`.

load      `clients` ask at once, each its next question as soon as it has an answer. The questions of eval.bench, and as
          often the same as of another day, so that not all is known from before.
          throughput      questions a second
          steps alone     the most questions a second that the steps of an answer allow on these cores: their number by
                          the median of `timings_ms.total` of one client alone. That is all the work but HTTP, and one
                          question alone is mostly answered by one core.
          p95, fair wait  the p50 of one client alone, times the clients for each core: what the p95 would be if the
                          cores were shared out evenly and nothing were lost
stream    the first server-sent event after the request, over what came before it by `timings_ms`: recall, understand,
          embed, retrieve
memory    of all processes of the server, after a fifth of the `requests` and after all
browser   first contentful paint, and from the click on Ask to the whole answer, by the browser's own clock

Uses the archive of NEWSDESK_HOME, which must hold the seed articles, and needs the test extras. Client, browser and
server share the machine. Seconds of the processor are told beside, which other work on it disturbs less.
"""

import asyncio
import json
import os
import shutil
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any

import click
import httpx
import psutil

from eval.bench import QUESTIONS, percentile
from eval.server import processes, running_server

BEFORE_SEARCH = ("recall", "understand", "embed", "retrieve")
SAMPLES = 60
"""Questions of one client alone, and streams."""

PAGES = 5

Figures = dict[str, float]
Body = dict[str, Any]


@dataclass
class Asked:
    """What came of questions: milliseconds of each answer, as the client and as the server's steps have them, and the
    statuses that are no answer; `seconds` for all of them, on the clock and of the server's processor."""

    waited: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    processor: float = 0.0


@click.command()
@click.argument("what", nargs=-1, type=click.Choice(["load", "stream", "memory", "browser"]))
@click.option("--clients", default=32, show_default=True)
@click.option("--requests", default=10_000, show_default=True, help="For `memory`; a tenth of them for `load`.")
@click.option("--workers", default=1, show_default=True, help="Of the server.")
def bench(what: tuple[str, ...], clients: int, requests: int, workers: int) -> None:
    """What a server bears."""
    with running_server("--workers", str(workers)) as (address, server):
        _ask(address, server, 1, islice(_questions(), 2 * len(QUESTIONS) * workers))  # nothing is loaded after this
        parts: dict[str, Callable[[], Figures]] = {
            "load": lambda: load(address, server, clients, requests // 10),
            "stream": lambda: stream(address),
            "browser": lambda: browser(address),
            "memory": lambda: memory(address, server, clients, requests),
        }
        for name in what or parts:
            for figure, value in parts[name]().items():
                click.echo(f"{name:<9}{figure:<75}{value:>12.3f}")


def load(address: str, server: psutil.Process, clients: int, requests: int) -> Figures:
    """So many clients at once against one alone, before and after."""
    before = _ask(address, server, 1, islice(_questions(), SAMPLES))
    many = _ask(address, server, clients, islice(_questions(), requests))
    after = _ask(address, server, 1, islice(_questions(), SAMPLES))
    cores = len(os.sched_getaffinity(0))
    steps = statistics.median([*before.steps, *after.steps]) / 1000
    alone = statistics.median([*before.waited, *after.waited])
    throughput = len(many.waited) / many.seconds
    fair = alone * clients / cores
    cost = (before.processor + after.processor) / (2 * SAMPLES)
    return {
        "requests": float(requests),
        "errors (goal: 0)": float(many.errors.total()),
        "alone p50, ms": alone,
        "alone p95, ms": percentile([*before.waited, *after.waited], 95),
        "steps alone p50, ms": steps * 1000,
        "throughput, questions a second": throughput,
        "throughput / steps alone (goal: .8 at least)": throughput * steps / cores,
        "p50, ms": statistics.median(many.waited),
        "p95, ms": percentile(many.waited, 95),
        "p95 / fair wait (goal: below 4)": percentile(many.waited, 95) / fair,
        "processor time of a question, under load / alone": many.processor / len(many.waited) / cost,
    }


def stream(address: str) -> Figures:
    """One client alone."""
    first, retrieved = [], []
    with httpx.Client(base_url=address, timeout=60) as client:
        for body in islice(_questions(), SAMPLES):
            start = time.perf_counter()
            with client.stream("POST", "/ask", json={**body, "stream": True}) as response:
                lines = response.iter_lines()
                assert next(lines) == "event: search"
                first.append((time.perf_counter() - start) * 1000)
                data = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
            timings = json.loads(data[-1])["timings_ms"]
            retrieved.append(sum(timings[step] for step in BEFORE_SEARCH))
    return {
        "first event p50, ms": statistics.median(first),
        "retrieval p50, ms": statistics.median(retrieved),
        "first event / retrieval, median of pairs (goal: below 1.5)": statistics.median(
            a / b for a, b in zip(first, retrieved, strict=True)
        ),
    }


def memory(address: str, server: psutil.Process, clients: int, requests: int) -> Figures:
    """Varied questions from many clients."""
    early = requests // 5
    errors = _ask(address, server, clients, islice(_questions(), early)).errors
    first = _megabytes(server)
    errors += _ask(address, server, clients, islice(_questions(early), requests - early)).errors
    last = _megabytes(server)
    return {
        "errors (goal: 0)": float(errors.total()),
        f"after {early:,} requests, MB": first,
        f"after {requests:,} requests, MB": last,
        "change, % (goal: within 5)": 100 * (last / first - 1),
    }


def browser(address: str) -> Figures:
    """Chromium, each time with nothing kept from before."""
    from playwright.sync_api import sync_playwright

    paints, answers, alone = [], [], []
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"]) as chromium,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        for question in QUESTIONS[:PAGES]:
            page = chromium.new_page()
            page.goto(address)
            page.fill("#nd-question:enabled", question)
            paints.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            answers.append(page.evaluate(_ANSWER))
            page.close()
            start = time.perf_counter()
            client.post("/ask", json={"question": question}).raise_for_status()
            alone.append((time.perf_counter() - start) * 1000)
    return {
        "first paint p50, ms": statistics.median(paints),
        "first answer p50, ms": statistics.median(answers),
        "first answer / POST /ask, median of pairs": statistics.median(
            a / b for a, b in zip(answers, alone, strict=True)
        ),
    }


_ANSWER = """() => new Promise((shown) => {
  const start = performance.now();
  const out = document.querySelector("#nd-out");
  new MutationObserver(() => {
    if (out.querySelector(".nd-result")) requestAnimationFrame(() => shown(performance.now() - start));
  }).observe(out, { childList: true, subtree: true });
  document.querySelector("#nd-submit").click();
})"""
"""Milliseconds from the click to the answer, with its sources, in the page."""


def _questions(start: int = 0) -> Iterator[Body]:
    """Every other one as of a day of its own."""
    for n in count(start):
        body: Body = {"question": QUESTIONS[n // 2 % len(QUESTIONS)]}
        yield body if n % 2 else body | {"as_of": f"{2030 + n // 300 % 60}-{n // 25 % 12 + 1:02}-{n % 25 + 1:02}"}


def _ask(address: str, server: psutil.Process, clients: int, bodies: Iterator[Body]) -> Asked:
    """All of them, by so many clients at a time."""
    asked = Asked()
    used, start = _processor(server), time.perf_counter()
    asyncio.run(_clients(address, clients, bodies, asked))
    asked.seconds, asked.processor = time.perf_counter() - start, _processor(server) - used
    return asked


async def _clients(address: str, clients: int, bodies: Iterator[Body], asked: Asked) -> None:
    async def one() -> None:
        async with httpx.AsyncClient(base_url=address, timeout=120) as client:
            for body in bodies:
                start = time.perf_counter()
                try:
                    response = await client.post("/ask", json=body)
                except httpx.TransportError as error:
                    asked.errors[type(error).__name__] += 1
                    continue
                if response.status_code != 200:
                    asked.errors[str(response.status_code)] += 1
                    continue
                asked.waited.append((time.perf_counter() - start) * 1000)
                asked.steps.append(response.json()["timings_ms"]["total"])

    await asyncio.gather(*(one() for _ in range(clients)))


def _processor(server: psutil.Process) -> float:
    """Seconds that the server has had of the processor."""
    return sum(sum(process.cpu_times()[:2]) for process in processes(server))


def _megabytes(server: psutil.Process) -> float:
    """What its processes hold of the memory."""
    return sum(process.memory_info().rss for process in processes(server)) / 2**20


if __name__ == "__main__":
    bench()
