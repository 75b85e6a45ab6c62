"""Trains the reader: `python -m eval.train --data DATA --out DIR`, once more to go on where it stopped.

DIR gets the examples (made once), a checkpoint and the figures on held-out articles after each epoch, and a log.
"""

import json
import pickle
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import torch
from tqdm import tqdm

from eval.archive import pipeline_for
from eval.datasets.ragtruth import load_responses
from eval.run import CLOCK
from eval.train.examples import IGNORED, ClaimPair, Examples, QuestionWindow, examples, human_claims
from eval.train.measure import measure
from eval.train.model import ReaderModel, batch, claim_logits, piece_logits, sentence_logits
from eval.train.records import load_articles, load_records
from index.weights import packaged_model
from rag.reading import PieceEncoder
from rag.settings import load_settings

RECORDS = 6
"""Records in one step."""

RATE, WARM_UP, DECAY = 1e-4, 0.06, 0.01
"""Highest learning rate, the share of steps in which it rises, weight decay (AdamW)."""

SHOWN = 2
"""Windows without an answer shown in one step for each question."""


@click.command()
@click.option("--data", type=click.Path(path_type=Path), required=True, help="folder of the published data sets")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="folder for checkpoints and figures")
@click.option("--epochs", default=4, show_default=True)
@click.option("--seed", default=0, show_default=True)
def main(data: Path, out: Path, epochs: int, seed: int) -> None:
    """Train, and measure after each epoch."""
    out.mkdir(parents=True, exist_ok=True)
    made = _examples(data, out, seed)
    train = [one for one in made if one.record.split == "train"]
    dev = [one for one in made if one.record.split == "dev"]
    torch.manual_seed(seed)
    model = ReaderModel(packaged_model().path)
    encoder = PieceEncoder(str(packaged_model().path / "tokenizer.json"))
    told = list(human_claims((one for one in load_responses(data) if one.half == "tune"), encoder))
    steps = epochs * (len(train) // RECORDS)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step / steps))
    done = _resume(out, model, optimizer, schedule)
    for epoch in range(done, epochs):
        start = time.perf_counter()
        loss = train_epoch(model, train, told, optimizer, schedule, random.Random(f"{seed} {epoch}"))
        figures = {"epoch": epoch + 1, "loss": round(loss, 4), "seconds": round(time.perf_counter() - start)}
        figures |= {name: round(v, 4) if isinstance(v, float) else v for name, v in measure(model, dev).items()}
        state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "schedule": schedule.state_dict()}
        torch.save({"epoch": epoch + 1} | state, out / "checkpoint.pt")
        with (out / "figures.jsonl").open("a") as log:
            log.write(json.dumps(figures) + "\n")
        click.echo(json.dumps(figures))


def _examples(data: Path, out: Path, seed: int) -> list[Examples]:
    kept = out / "examples.pkl"
    if not kept.exists():
        records = load_records(data)
        pipeline = pipeline_for(load_articles(data, records), load_settings(), CLOCK)
        encoder = PieceEncoder(str(packaged_model().path / "tokenizer.json"))
        made = [examples(record, pipeline, encoder, seed) for record in tqdm(records, unit=" records")]
        kept.write_bytes(pickle.dumps([one for one in made if one is not None]))
    found: list[Examples] = pickle.loads(kept.read_bytes())
    return found


def _rate(done: float) -> float:
    return done / WARM_UP if done < WARM_UP else max(0.0, (1 - done) / (1 - WARM_UP))


def _resume(
    out: Path,
    model: ReaderModel,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
) -> int:
    """Epochs that were done before."""
    if not (out / "checkpoint.pt").exists():
        return 0
    state = torch.load(out / "checkpoint.pt", weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
    return int(state["epoch"])


def train_epoch(
    model: ReaderModel,
    train: Sequence[Examples],
    told: Sequence[ClaimPair],
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
    chance: random.Random,
) -> float:
    """Mean loss of an epoch."""
    model.train()
    order, told = chance.sample(list(train), len(train)), chance.sample(list(told), len(told))
    total = 0.0
    steps = len(order) // RECORDS
    for step in tqdm(range(steps), unit=" steps", mininterval=20):
        records = order[step * RECORDS : (step + 1) * RECORDS]
        loss = 0.0
        human = told[len(told) * step // steps : len(told) * (step + 1) // steps]
        for part in (_answers_loss(model, records, chance), _claims_loss(model, records, human, chance)):
            part.backward()
            loss += part.item()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        total += loss
    return total / steps


def _answers_loss(model: ReaderModel, records: Sequence[Examples], chance: random.Random) -> torch.Tensor:
    """Of each sentence whether it answers, and of each question which sentence does."""
    groups = [group for one in records for group in _shown(one, chance)]
    encoded = [window.encoded for group in groups for window in group]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(*batch(encoded))
    found = iter(sentence_logits(logits.float(), encoded))
    single, choice = [], []
    for group in groups:
        scores = torch.cat([next(found) for _ in group])
        labels = torch.tensor([label for window in group for label in window.labels])
        scores, labels = scores[labels != IGNORED], labels[labels != IGNORED]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(scores, labels.float(), reduction="none")
        single.append(loss)
        if (labels == 1).any():
            choice.append(scores.logsumexp(0) - scores[labels == 1].logsumexp(0))
    return torch.cat(single).mean() * 2 + torch.stack(choice).mean()


def _shown(one: Examples, chance: random.Random) -> Iterator[list[QuestionWindow]]:
    """The question with the windows that answer it and a few others; the near miss with what comes closest."""
    right = [window for window in one.question if 1 in window.labels]
    wrong = [window for window in one.question if 1 not in window.labels]
    yield right[:2] + chance.sample(wrong, min(SHOWN, len(wrong)))
    judged = [window for window in one.near_miss if 0 in window.labels]
    if judged:
        yield judged[:1]


def _claims_loss(
    model: ReaderModel, records: Sequence[Examples], human: Sequence[ClaimPair], chance: random.Random
) -> torch.Tensor:
    """Of each claim whether it is supported, of the true one that it is more so than its twin, and of each word piece
    whether it is carried."""
    claims: list[ClaimPair] = []
    for one in records:
        made = list(one.claims[2:])
        claims += [*one.claims[:2], *_some(made, chance)]
    claims += human
    encoded = [claim.encoded for claim in claims]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(*batch(encoded)).float()
    scores = claim_logits(logits, encoded)
    supported = torch.tensor([float(claim.supported) for claim in claims])
    whole = torch.nn.functional.binary_cross_entropy_with_logits(scores, supported)
    firsts = [n for n, claim in enumerate(claims) if any(claim is one.claims[0] for one in records)]
    twins = torch.nn.functional.softplus(scores[[n + 1 for n in firsts]] - scores[firsts]).mean()
    carried = torch.tensor([label for claim in claims for label in claim.carried])
    pieces = piece_logits(logits, encoded)
    known = carried != IGNORED
    spans = torch.nn.functional.binary_cross_entropy_with_logits(pieces[known], carried[known].float())
    return whole + twins + 0.5 * spans


def _some(made: Sequence[ClaimPair], chance: random.Random) -> list[ClaimPair]:
    """The claim with a passage that does not speak of it, and one pair made by rule."""
    elsewhere = [claim for claim in made if IGNORED in claim.carried]
    ruled = [claim for claim in made if IGNORED not in claim.carried]
    start = chance.randrange(0, len(ruled), 2) if ruled else 0
    return [*elsewhere, *ruled[start : start + 2]]


if __name__ == "__main__":
    main()
