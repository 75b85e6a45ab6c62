"""Makes the ONNX file of a BERT sentence embedder from its weights. Slow and heavy: runs once for each model."""

import logging
import warnings
from pathlib import Path

import torch
from transformers import AutoModel
from transformers.utils.logging import disable_progress_bar

from index.onnx_session import OnnxSession


class _MeanPooled(torch.nn.Module):
    """Mean of the token vectors that are not padding, L2-normalised, as sentence-transformers computes it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        tokens = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weight = attention_mask.unsqueeze(-1).to(tokens.dtype)
        mean = (tokens * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(mean, dim=1)


def export(folder: Path, target: Path) -> None:
    """Write to `target` a graph from `input_ids` and `attention_mask`, both (batch, length) int64, to `vectors`,
    (batch, dimension) float32, L2-normalised. Raises RuntimeError when it does not compute what torch computes."""
    disable_progress_bar()  # type: ignore[no-untyped-call]
    model = _MeanPooled(folder).eval()
    # Two tensors: the exporter takes one object given twice for one input.
    ids, mask = torch.randint(1000, 2000, (3, 12)), torch.ones((3, 12), dtype=torch.long)
    axes = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # torch warns of its own deprecations
        torch.onnx.export(
            model,
            (ids, mask),
            target,
            dynamo=True,
            external_data=False,
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_shapes=(axes, axes),
            verbose=False,
        )
    _check(model, target)


def _check(model: _MeanPooled, target: Path) -> None:
    """Compare on another shape than the example's, with padding: an exported graph can be wrong without an error."""
    ids, mask = torch.randint(1000, 2000, (2, 40)), torch.ones((2, 40), dtype=torch.long)
    mask[1, 25:] = 0
    found = OnnxSession(target, threads=0).run({"input_ids": ids.numpy(), "attention_mask": mask.numpy()})
    with torch.no_grad():
        expected = model(ids, mask).numpy()
    cosine = float((found * expected).sum(1).min())
    if cosine < 0.9999:
        raise RuntimeError(f"the exported graph differs from the model: cosine {cosine:.4f}")
