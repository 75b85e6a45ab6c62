"""GGUF files on this machine, by llama.cpp in the same process.

llama.cpp brings a server that queues, streams, keeps prompts and frees its slot when a connection closes. It listens on
a free port of the loopback interface, behind a key that nobody else knows, and is asked as any other server.
"""

import json
import secrets
from collections.abc import Sequence
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from index.errors import SetupError
from rag.gguf_packages import gguf_file
from rag.interfaces import Completion
from rag.openai_chat import OpenAIChat
from rag.types import LLMSpec, Message

try:
    import xllamacpp
except ModuleNotFoundError as error:
    raise SetupError(
        "The package xllamacpp is not installed.", "Install it: pip install 'newsdesk[llama-cpp]'."
    ) from error

DEFAULT_CONTEXT = 4096
"""Memory grows with it."""

BATCH_TOKENS = 64
"""Read at a time; between two batches a completion can be stopped."""

PROMPT_CACHE_MIB = 512
"""For prompts besides the last one; llama.cpp would take eight times as much."""


class LlamaCppLLM:
    """One GGUF file, held in memory. One completion at a time, the others wait: two cores gain nothing from more."""

    def __init__(self, spec: LLMSpec) -> None:
        """`spec.model`: a path, or a name of GGUF_PACKAGES. Raises SetupError when llama.cpp cannot load the file."""
        path = gguf_file(spec.model, spec.models_dir)
        self._key = secrets.token_urlsafe()
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx = spec.context_tokens or DEFAULT_CONTEXT
        params.n_batch = BATCH_TOKENS
        params.n_parallel = 1
        params.cache_ram_mib = PROMPT_CACHE_MIB
        params.port = 0
        params.api_keys = [self._key]
        params.ui = False
        params.verbosity = -1
        if spec.threads:
            params.cpuparams.n_threads = params.cpuparams_batch.n_threads = spec.threads
        try:
            self._server = xllamacpp.Server(params)
        except RuntimeError as error:
            raise SetupError(
                f"llama.cpp cannot load {path}.",
                "It is damaged, incomplete, of a newer kind, or too large: download it again, or take another.",
            ) from error
        self.name = spec.name
        self._chat = OpenAIChat(spec, f"{self._server.listening_address}/v1", self._key, local=True)
        self.context_tokens: int | None = self._ask("GET", "/props")["default_generation_settings"]["n_ctx"]

    def complete(self, messages: Sequence[Message], max_tokens: int) -> Completion:
        return self._chat.complete(messages, max_tokens)

    def count_tokens(self, text: str) -> int:
        return len(self._ask("POST", "/tokenize", {"content": text})["tokens"])

    def close(self) -> None:
        self._chat.close()
        del self._server  # stops it

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        # by hand, since it is never to go through a proxy
        connection = HTTPConnection(urlsplit(self._server.listening_address).netloc)
        try:
            headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
            connection.request(method, path, json.dumps(body), headers)
            return json.load(connection.getresponse())
        finally:
            connection.close()
