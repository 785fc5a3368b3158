"""GET /health, GET /v1/models, and the small internal routes."""

import asyncio

from aiohttp import web

from ..errors import RequestError
from ..hashes import bare_hash
from .engine import ENGINE, Engine
from .json_body import read_body


def _base(engine: Engine) -> dict[str, object]:
    model = engine.model
    return {
        "hash": model.hash,
        "tokenizerHash": model.tokenizer_hash,
        "name": model.name,
        "layers": model.config.layers,
        "parameters": model.parameters,
        "context": model.config.context,
    }


async def health(request: web.Request) -> web.Response:
    """200 with the base model's identity once it is loaded, 503 before."""
    return web.json_response({"ok": True, "base": _base(request.app[ENGINE].ready())})


async def models(request: web.Request) -> web.Response:
    """The base and the adapters in memory; any other adapter loads when it is asked for."""
    engine = request.app[ENGINE].ready()
    names = ["base", *(f"sha256:{digest}" for digest in engine.adapters.resident)]
    listed = [
        {"id": name, "object": "model", "created": 0, "owned_by": "tributary"} for name in names
    ]
    return web.json_response({"object": "list", "data": listed})


async def tokenize(request: web.Request) -> web.Response:
    """Tokens of texts and where each lies, in UTF-16 code units."""
    engine = request.app[ENGINE].ready()
    texts = (await read_body(request)).get("texts")
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise RequestError("texts", "texts must be a list of strings")

    def work() -> list[tuple[list[int], list[tuple[int, int]]]]:
        return [engine.model.tokenizer.encode_with_offsets(text) for text in texts]

    pairs = await asyncio.to_thread(work)
    return web.json_response(
        {"ids": [ids for ids, _ in pairs], "offsets": [offsets for _, offsets in pairs]}
    )


async def unload(request: web.Request) -> web.Response:
    """Drop an adapter from memory; the next request for it loads it again."""
    engine = request.app[ENGINE].ready()
    digest = bare_hash(request.match_info["hash"])
    if digest is None:
        raise RequestError("adapter", f"{request.match_info['hash']} is not a SHA-256 hash")
    return web.json_response({"unloaded": engine.adapters.unload(digest)})
