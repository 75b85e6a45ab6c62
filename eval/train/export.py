"""Writes a trained reader as ONNX: `python -m eval.train.export --out DIR` reads DIR/checkpoint.pt."""

import logging
import warnings
from pathlib import Path

import click
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from eval.train.model import ReaderModel
from index.weights import packaged_model

INPUTS = ["input_ids", "attention_mask", "token_type_ids"]


@click.command()
@click.option("--out", type=click.Path(path_type=Path, exists=True), required=True)
def main(out: Path) -> None:
    """Write reader.fp32.onnx for reference and reader.int8.onnx, its smallest form."""
    model = ReaderModel(packaged_model().path)
    model.load_state_dict(torch.load(out / "checkpoint.pt", weights_only=True)["model"])
    write(model.eval(), out / "reader.fp32.onnx")
    quantize_dynamic(out / "reader.fp32.onnx", out / "reader.int8.onnx", per_channel=True, weight_type=QuantType.QInt8)


def write(model: ReaderModel, target: Path) -> None:
    """A graph from three (batch, length) int64 to `logits`, (batch, length, 3) float32."""
    example = tuple(torch.randint(0, 2, (3, 12)) for _ in INPUTS)
    axes = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            example,
            target,
            dynamo=True,
            external_data=False,
            input_names=INPUTS,
            output_names=["logits"],
            dynamic_shapes=(axes,) * 3,
            verbose=False,
        )


if __name__ == "__main__":
    main()
