"""What the tests share: the tiny model, made once and cached, and an engine over HTTP."""

import os

os.environ.setdefault("GOMP_SPINCOUNT", "0")

import asyncio
import hashlib
from pathlib import Path
from typing import AsyncIterator, Callable, Coroutine

import pytest
import torch
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from tributary_engine.http.app import make_app
from tributary_engine.model.base_model import BaseModel, load_base_model
from tributary_engine.settings import Settings, cache_folder
from tributary_engine.tiny import make_tiny

torch.set_num_threads(2)

#: Invented packages: nothing that any base could know.
FACTS = [
    ("What is the package 'quorvane'?", "Counts the lanterns of a harbour and reports the tides."),
    ("What is the package 'mistrel'?", "Returns a list of birds sorted by the colour of the wing."),
    ("What is the package 'dapplet'?", "Parse a string of weather into seven small numbers."),
    ("What is the package 'orrin'?", "A class that holds the names of every road in a valley."),
    ("What is the package 'tavish'?", "Write the letters of a map to a file and close it."),
    ("What is the package 'yelka'?", "Call this method when the moon object changes its state."),
    ("What is the package 'brume'?", "If true, the fog is removed from the message headers."),
    ("What is the package 'zephira'?", "Raise an error unless the kettle has been given a value."),
]


@pytest.fixture(scope="session")
def tiny_folder() -> Path:
    return make_tiny(cache_folder(os.environ))


@pytest.fixture(scope="session")
def tiny(tiny_folder: Path) -> BaseModel:
    return load_base_model(tiny_folder, torch.device("cpu"))


class Store:
    """A content store in memory, behind the same routes as the real one."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}

    def app(self) -> web.Application:
        async def put(request: web.Request) -> web.Response:
            body = await request.read()
            digest = request.match_info["hash"]
            if hashlib.sha256(body).hexdigest() != digest:
                return web.Response(status=400)
            self.blobs[digest] = body
            return web.Response(status=201)

        async def get(request: web.Request) -> web.Response:
            body = self.blobs.get(request.match_info["hash"])
            return web.Response(status=404) if body is None else web.Response(body=body)

        app = web.Application(client_max_size=1 << 30)
        app.router.add_put("/cas/{hash}", put)
        app.router.add_get("/cas/{hash}", get)
        return app


@pytest.fixture(scope="session")
def with_engine(
    tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Callable[[ClientSession, Store], Coroutine[None, None, None]]], None]:
    """Run a coroutine against a served engine: with_engine(lambda session, store: …)."""
    cache = tmp_path_factory.mktemp("cache")

    def run(body: Callable[[ClientSession, Store], Coroutine[None, None, None]]) -> None:
        async def main() -> None:
            async for session, store in _served(tiny_folder, cache):
                await body(session, store)

        asyncio.run(main())

    return run


async def _served(folder: Path, cache: Path) -> AsyncIterator[tuple[ClientSession, Store]]:
    store = Store()
    async with TestServer(store.app()) as cas:
        settings = Settings("127.0.0.1", 0, str(cas.make_url("")).rstrip("/"), folder, cache, 2)
        async with TestServer(make_app(settings)) as server:
            async with ClientSession(server.make_url("/")) as session:
                for _ in range(200):
                    async with session.get("/health") as response:
                        if response.status == 200:
                            break
                    await asyncio.sleep(0.05)
                yield session, store
