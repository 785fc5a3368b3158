"""What the routes share: the model, its adapters, the scheduler, and one lane for heavy work."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable, TypeVar

import aiohttp
import torch
from aiohttp import web

from ..adapters.adapter import Adapter
from ..adapters.adapter_store import AdapterStore
from ..content_store import ContentStore
from ..errors import EngineError, ModelNotFound
from ..hashes import bare_hash
from ..influence.ekfac import Influence
from ..lru import Lru
from ..model.base_model import BaseModel, load_base_model
from ..serve.scheduler import Scheduler
from ..settings import Settings

T = TypeVar("T")


class Engine:
    """Everything that lives as long as the process."""

    def __init__(self, settings: Settings, model: BaseModel, session: aiohttp.ClientSession):
        self.model = model
        self.cache: Path = settings.cache
        self.store = ContentStore(settings.cas_url, session)
        self.adapters = AdapterStore(model, self.store)
        self.scheduler = Scheduler(model)
        #: (adapterHash, features hash) -> what scoring needs; some hundred megabytes each.
        self.curvatures: Lru[tuple[str, str], Influence] = Lru(4)
        # Training and scoring wait for each other here; answers never do.
        self._heavy = ThreadPoolExecutor(max_workers=1, thread_name_prefix="heavy")

    async def heavy(self, work: Callable[[], T]) -> T:
        """Run `work` on the heavy lane."""
        return await asyncio.get_running_loop().run_in_executor(self._heavy, work)

    async def adapter_of(self, model: str) -> Adapter | None:
        """The adapter that a request's `model` names; None is the base itself."""
        if model == "base":
            return None
        digest = bare_hash(model)
        if digest is None:
            raise ModelNotFound(
                "model_not_found",
                f"model {model!r} is neither base nor sha256:<hash of a base or an adapter>",
            )
        return None if digest == self.model.hash else await self.adapters.get(digest)

    def close(self) -> None:
        self.scheduler.close()
        self._heavy.shutdown(wait=False, cancel_futures=True)


def load_model(settings: Settings) -> BaseModel:
    """Load the base model; takes seconds, so call it off the event loop."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return load_base_model(settings.model, device)


class StillLoading(EngineError):
    """The model is not in memory yet."""

    status = 503


class EngineHolder:
    """The place in the app where the engine appears once its model is loaded."""

    def __init__(self) -> None:
        self.engine: Engine | None = None
        self.failure: Exception | None = None

    def ready(self) -> Engine:
        """The engine, or an error that says why there is none."""
        if self.failure is not None:
            raise StillLoading("model_failed", f"the base model did not load: {self.failure}")
        if self.engine is None:
            raise StillLoading("model_loading", "the base model is being loaded: ask again soon")
        return self.engine


ENGINE: web.AppKey[EngineHolder] = web.AppKey("engine", EngineHolder)
