"""The engine's HTTP application."""

import asyncio
import logging
from typing import AsyncIterator

import aiohttp
from aiohttp import web

from ..settings import Settings
from .chat import chat_completions
from .engine import ENGINE, Engine, EngineHolder, load_model
from .error_response import answer_errors
from .influence import influence
from .models import health, models, tokenize, unload
from .train import train

#: A training request holds all its records.
_MAX_BODY = 256 << 20
_log = logging.getLogger("tributary_engine")


def make_app(settings: Settings) -> web.Application:
    """Routes over an engine that loads in the background; they answer 503 until it is there."""
    app = web.Application(middlewares=[answer_errors], client_max_size=_MAX_BODY)
    app[ENGINE] = EngineHolder()

    async def lifetime(app: web.Application) -> AsyncIterator[None]:
        holder = app[ENGINE]
        timeout = aiohttp.ClientTimeout(total=None, connect=5, sock_read=60)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            loading = asyncio.create_task(_load(holder, settings, session))
            yield
            loading.cancel()
            if holder.engine is not None:
                await asyncio.to_thread(holder.engine.close)

    app.cleanup_ctx.append(lifetime)
    app.router.add_get("/health", health)
    app.router.add_get("/v1/models", models)
    app.router.add_post("/v1/chat/completions", chat_completions)
    app.router.add_post("/internal/tokenize", tokenize)
    app.router.add_post("/internal/train", train)
    app.router.add_post("/internal/influence", influence)
    app.router.add_post("/internal/adapters/{hash}/unload", unload)
    return app


async def _load(
    holder: EngineHolder, settings: Settings, session: aiohttp.ClientSession
) -> None:
    try:
        model = await asyncio.to_thread(load_model, settings)
        holder.engine = Engine(settings, model, session)
        _log.info("base %s loaded: sha256:%s on %s", model.name, model.hash, model.device)
    except Exception as error:
        _log.exception("the base model did not load")
        holder.failure = error
