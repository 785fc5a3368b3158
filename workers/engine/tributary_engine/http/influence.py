"""POST /internal/influence: what the records did to an answer, and how much the base would have."""

import asyncio
from typing import Any

import torch
from aiohttp import web

from ..adapters.adapter import Adapter
from ..errors import RequestError
from ..hashes import bare_hash
from ..influence.ekfac import Influence
from ..influence.features import read_features
from ..influence.gradients import Block, example_gradients
from ..influence.rho import base_line
from ..train.example import Example
from .engine import ENGINE, Engine
from .json_body import read_body, read_messages, read_number, read_text

#: Fixed point of scores: the strongest of an answer stands as ±this.
_UNIT = 1_000_000_000


async def influence(request: web.Request) -> web.Response:
    """ρ, the answer's tokens, and a score for each trained record (in the order of training)."""
    engine = request.app[ENGINE].ready()
    body = await read_body(request)
    adapter = await engine.adapter_of(read_text(body, "adapter"))
    messages = read_messages(body.get("messages"))
    answer = read_text(body, "answer")
    # Greedy answers follow the logits as they are, so they count as temperature 1.
    temperature = read_number(body, "temperature", 1.0, 0.0, 2.0) or 1.0
    tokenizer = engine.model.tokenizer
    prompt = tokenizer.encode_chat(messages)
    ids, offsets = tokenizer.encode_with_offsets(answer)
    if not ids:
        raise RequestError("answer", "the answer is empty: there is nothing to attribute")
    if len(prompt) + len(ids) >= engine.model.config.context:
        raise RequestError(
            "context_length_exceeded", "prompt and answer are longer than the model's context"
        )
    # Records were learnt with their end token, so an answer that came to its end has it as well.
    ended = body.get("finishReason") in (None, "stop")
    end = engine.model.config.eos_ids[:1] if ended else ()
    digest = body.get("features")
    curvature: Influence | None = None
    if adapter is not None and digest is not None:
        bare = bare_hash(digest) if isinstance(digest, str) else None
        if bare is None:
            raise RequestError("features", f"{digest!r} is not a SHA-256 hash")
        curvature = await _curvature(engine, adapter, bare)

    def work() -> tuple[Any, list[dict[str, str]]]:
        line = base_line(engine.model, adapter, prompt, ids, temperature)
        if adapter is None or curvature is None:
            return line, []
        example = Example(tuple(prompt), (*ids, *end))
        return line, _scores(engine, adapter, curvature, example)

    line, scores = await engine.heavy(work)
    return web.json_response(
        {
            "rhoPpm": line.rho_ppm,
            "answerTokens": len(ids),
            "logprobBase": line.logprob_base,
            "logprobAdapter": line.logprob_adapter,
            "answerTokenIds": ids,
            "answerOffsets": offsets,
            "scores": scores,
        }
    )


def _scores(
    engine: Engine, adapter: Adapter, curvature: Influence, example: Example
) -> list[dict[str, str]]:
    gradients: dict[Block, torch.Tensor] = {}

    def receive(block: Block, _: int, matrices: torch.Tensor) -> None:
        gradients[block] = matrices[0]

    example_gradients(engine.model, adapter, [example], receive)
    scores = curvature.scores(gradients)
    largest = float(scores.abs().max())
    scale = _UNIT / largest if largest > 0 else 0.0
    fixed = (scores * scale).round().to(torch.int64).tolist()
    return [
        {"recordNo": str(record), "score": str(score)}
        for record, score in zip(curvature.records, fixed)
    ]


async def _curvature(engine: Engine, adapter: Adapter, digest: str) -> Influence:
    kept = engine.curvatures.get((adapter.hash, digest))
    if kept is not None:
        return kept
    data = await engine.store.get(digest)
    if data is None:
        raise RequestError("features", f"the features {digest} are not in the content store")
    features = await asyncio.to_thread(read_features, data, adapter)
    built = await engine.heavy(lambda: Influence(features))
    engine.curvatures.put((adapter.hash, digest), built)
    return built
