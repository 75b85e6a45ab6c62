"""The model that reads: MiniLM, and for each word piece three logits."""

from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import AutoModel

from rag.reading import QUESTION, Encoded

ANSWERS, SUPPORTS, CARRIED = 0, 1, 2
"""What the logits of a word piece say: of a sentence that it answers the question, of a claim that the window supports
it (each the mean over the pieces of the sentence or claim), and of a piece of a claim that the window carries it."""


class ReaderModel(torch.nn.Module):
    """A BERT encoder and a head of one hidden layer. In: (batch, length) int64; out: (batch, length, 3) float."""

    def __init__(self, folder: Path, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            folder,
            local_files_only=True,
            dtype=torch.float32,
            attn_implementation="eager",
            add_pooling_layer=False,
            attention_probs_dropout_prob=0.0,
        )
        size = self.encoder.config.hidden_size
        self.head = torch.nn.Sequential(
            torch.nn.Linear(size, size), torch.nn.GELU(), torch.nn.Dropout(dropout), torch.nn.Linear(size, 3)
        )

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        logits: torch.Tensor = self.head(states)
        return logits


def batch(encoded: Sequence[Encoded]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Word pieces, mask and types of several windows, padded to the longest."""
    shape = len(encoded), max(len(one.ids) for one in encoded)
    ids, mask, types = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
    for row, one in enumerate(encoded):
        ids[row, : len(one.ids)] = torch.tensor(one.ids)
        mask[row, : len(one.ids)] = 1
        types[row, : len(one.ids)] = torch.tensor(one.types)
    return ids, mask, types


def sentence_logits(logits: torch.Tensor, encoded: Sequence[Encoded]) -> list[torch.Tensor]:
    """For each window (sentences,): that the sentence answers."""
    return [_means(logits[row, :, ANSWERS], one, range(max(one.owners) + 1)) for row, one in enumerate(encoded)]


def claim_logits(logits: torch.Tensor, encoded: Sequence[Encoded]) -> torch.Tensor:
    """(batch,): that the window supports the claim."""
    return torch.cat([_means(logits[row, :, SUPPORTS], one, [QUESTION]) for row, one in enumerate(encoded)])


def piece_logits(logits: torch.Tensor, encoded: Sequence[Encoded]) -> torch.Tensor:
    """(all pieces of all claims,): that the window carries the piece."""
    return torch.cat(
        [
            logits[row, : len(one.owners), CARRIED][torch.tensor(one.owners) == QUESTION]
            for row, one in enumerate(encoded)
        ]
    )


def _means(values: torch.Tensor, one: Encoded, owners: Sequence[int]) -> torch.Tensor:
    own = torch.tensor(one.owners)
    weights = torch.stack([(own == owner).float() for owner in owners])
    means: torch.Tensor = (weights @ values[: len(one.owners)].float()) / weights.sum(1).clamp(min=1)
    return means
