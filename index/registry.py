"""Names of the backends and where they live. Loaded on demand: a heavy library is imported only by who uses it."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from index.errors import SetupError

SOURCES = {
    "files": "index.sources.files:FileSource",
    "feed": "index.sources.feed:FeedSource",
    "sitemap": "index.sources.sitemap:SitemapSource",
    "web": "index.sources.web:WebSource",
}
EMBEDDERS = {
    "onnx": "index.embedders.onnx:OnnxEmbedder",
    "openvino": "index.embedders.onnx_openvino:OpenvinoEmbedder",
    "sentence_transformer": "index.embedders.sentence_transformer:SentenceTransformerEmbedder",
    "hashing": "index.embedders.hashing:HashingEmbedder",
}
COLLECTIONS = {
    "local": "index.collections.local:LocalCollection",
}


def load(table: Mapping[str, str], kind: str, name: str) -> Any:
    """The class that `name` stands for in `table`, or that it names itself as "package.module:Class".

    `kind` is the word for it in the message, such as "embedder". Raises SetupError, with the choices, when there is no
    such name, module or class.
    """
    target = table.get(name, name)
    module_name, _, attribute = target.partition(":")
    remedy = f'Choose one of: {", ".join(table)}; or name a class of your own as "package.module:Class".'
    if not module_name or not attribute:
        raise SetupError(f"There is no {kind} named {name!r}.", remedy)
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        raise SetupError(f"The {kind} {name!r} cannot be loaded: {error.msg}.", remedy) from error
    if not hasattr(module, attribute):
        raise SetupError(f"The {kind} {name!r} cannot be loaded: {module_name} has no {attribute}.", remedy)
    return getattr(module, attribute)
