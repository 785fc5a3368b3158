"""POST /v1/chat/completions in OpenAI's wire format, streamed or whole."""

import asyncio
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any, AsyncIterator

from aiohttp import web

from ..errors import EngineError, RequestError
from ..serve.sampler import Sampling
from ..serve.scheduler import Request
from ..serve.text_stream import TextStream
from .engine import ENGINE, Engine
from .error_response import error_body
from .json_body import read_body, read_integer, read_messages, read_number, read_text

DEFAULT_MAX_TOKENS = 512
_LARGEST_SEED = 2**63 - 1


@dataclass
class _Generation:
    """A running answer; iterate pieces() and read the rest afterwards."""

    request: Request
    queue: "asyncio.Queue[int | str | Exception]"
    stream: TextStream
    made: int = 0
    finish: str = "stop"

    async def pieces(self) -> AsyncIterator[str]:
        """Pieces of text as they become certain."""
        try:
            while True:
                item = await self.queue.get()
                if isinstance(item, Exception):
                    raise item
                if isinstance(item, str):
                    self.finish = item
                    yield self.stream.finish()
                    return
                self.made += 1
                yield self.stream.push(item)
                if self.stream.stopped:
                    self.finish = "stop"
                    return
        finally:
            self.request.cancelled.set()

    def usage(self) -> dict[str, int]:
        prompt = len(self.request.ids)
        return {
            "prompt_tokens": prompt,
            "completion_tokens": self.made,
            "total_tokens": prompt + self.made,
        }


async def chat_completions(request: web.Request) -> web.StreamResponse:
    """Answer a chat with the base or the adapter that `model` names."""
    engine = request.app[ENGINE].ready()
    body = await read_body(request)
    model = read_text(body, "model")
    generation = await _start(engine, model, body)
    head = {
        "id": f"chatcmpl-{secrets.token_hex(12)}",
        "created": int(time.time()),
        "model": model,
    }
    if not body.get("stream"):
        text = "".join([piece async for piece in generation.pieces()])
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": generation.finish}
        return web.json_response(
            {
                **head,
                "object": "chat.completion",
                "choices": [choice],
                "usage": generation.usage(),
            }
        )
    options = body.get("stream_options") or {}
    with_usage = isinstance(options, dict) and bool(options.get("include_usage"))
    return await _stream(request, generation, head, with_usage)


async def _start(engine: Engine, model: str, body: dict[str, Any]) -> _Generation:
    messages = read_messages(body.get("messages"))
    context = engine.model.config.context
    limit_key = "max_completion_tokens" if body.get("max_completion_tokens") else "max_tokens"
    max_tokens = read_integer(body, limit_key, DEFAULT_MAX_TOKENS, 1, context)
    if read_integer(body, "n", 1, 1, 1) != 1:
        raise RequestError("n", "one answer a request")
    sampling = Sampling(
        temperature=read_number(body, "temperature", 0.0, 0.0, 2.0),
        top_p=read_number(body, "top_p", 1.0, 1e-6, 1.0),
        seed=read_integer(body, "seed", secrets.randbits(62), -_LARGEST_SEED, _LARGEST_SEED),
    )
    stops = body.get("stop") or []
    stops = [stops] if isinstance(stops, str) else stops
    if not isinstance(stops, list) or not all(isinstance(s, str) and s for s in stops):
        raise RequestError("stop", "stop must be a string or a list of strings")
    ids = engine.model.tokenizer.encode_chat(messages)
    if len(ids) >= context:
        raise RequestError(
            "context_length_exceeded",
            f"the prompt has {len(ids)} tokens; the model's context is {context}",
        )
    adapter = await engine.adapter_of(model)
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[int | str | Exception] = asyncio.Queue()

    def put(item: int | str | Exception) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, item)

    running = Request(ids, adapter, max_tokens, sampling, on_token=put, on_end=put)
    engine.scheduler.submit(running)
    return _Generation(running, queue, TextStream(engine.model.tokenizer, tuple(stops)))


async def _stream(
    request: web.Request, generation: _Generation, head: dict[str, Any], with_usage: bool
) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={"content-type": "text/event-stream", "cache-control": "no-cache"}
    )
    await response.prepare(request)

    async def send(choices: list[dict[str, Any]], **extra: Any) -> None:
        chunk = {**head, "object": "chat.completion.chunk", "choices": choices, **extra}
        await response.write(f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode())

    def choice(delta: dict[str, str], finish: str | None = None) -> list[dict[str, Any]]:
        return [{"index": 0, "delta": delta, "finish_reason": finish}]

    nothing = {"usage": None} if with_usage else {}
    pieces = generation.pieces()
    try:
        await send(choice({"role": "assistant", "content": ""}), **nothing)
        async for piece in pieces:
            if piece:
                await send(choice({"content": piece}), **nothing)
        await send(choice({}, generation.finish), **nothing)
        if with_usage:
            await send([], usage=generation.usage())
        await response.write(b"data: [DONE]\n\n")
    except EngineError as error:
        # The status line is gone already: the stream itself must carry the error.
        await response.write(f"data: {json.dumps(error_body(error))}\n\n".encode())
    finally:
        await pieces.aclose()
    await response.write_eof()
    return response

