import pytest

from index.errors import SetupError
from index.registry import EMBEDDERS, load


def test_a_name_or_a_dotted_path_gives_the_class() -> None:
    from index.embedders.hashing import HashingEmbedder

    assert load(EMBEDDERS, "embedder", "hashing") is HashingEmbedder
    assert load(EMBEDDERS, "embedder", "index.embedders.hashing:HashingEmbedder") is HashingEmbedder


@pytest.mark.parametrize("name", ["no_such", "no.such.module:Class", "index.types:NoSuchClass", ":", "index.types:"])
def test_an_unknown_name_lists_the_choices(name: str) -> None:
    with pytest.raises(SetupError, match=r"embedder .*onnx, openvino, sentence_transformer, hashing") as caught:
        load(EMBEDDERS, "embedder", name)
    assert name in caught.value.message
