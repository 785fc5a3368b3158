"""Adapters by content hash: fetched on first use, checked, kept while there is room."""

import asyncio
from collections import OrderedDict

from ..content_store import ContentStore
from ..errors import AdapterRefused, ModelNotFound
from ..model.base_model import BaseModel
from .adapter import Adapter
from .peft_format import read_descriptor, read_weights


class AdapterStore:
    """Least recently used adapters leave first once `capacity` bytes are full.

    An adapter that leaves stays usable for the requests that hold it.
    """

    def __init__(self, model: BaseModel, store: ContentStore, capacity: int = 1 << 30) -> None:
        self._model, self._store, self._capacity = model, store, capacity
        self._resident: OrderedDict[str, Adapter] = OrderedDict()
        self._loading: dict[str, asyncio.Task[Adapter]] = {}

    @property
    def resident(self) -> list[str]:
        """Hashes of the adapters in memory, least recently used first."""
        return list(self._resident)

    async def get(self, digest: str) -> Adapter:
        """The adapter of that hash; many may ask for the same one at once."""
        adapter = self._resident.get(digest)
        if adapter is not None:
            self._resident.move_to_end(digest)
            return adapter
        task = self._loading.get(digest)
        if task is None:
            task = asyncio.create_task(self._load(digest))
            self._loading[digest] = task
            task.add_done_callback(lambda _: self._loading.pop(digest, None))
        # Shielded: one client that leaves must not cancel the load for the others.
        return await asyncio.shield(task)

    def unload(self, digest: str) -> bool:
        """Forget an adapter; true if it was in memory."""
        return self._resident.pop(digest, None) is not None

    async def _load(self, digest: str) -> Adapter:
        descriptor = await self._store.get(digest)
        if descriptor is None:
            raise ModelNotFound("model_not_found", f"no adapter {digest} in the content store")
        config, weights_hash = read_descriptor(
            descriptor, digest, self._model.hash, self._model.config
        )
        weights = await self._store.get(weights_hash)
        if weights is None:
            raise AdapterRefused(
                "adapter_weights", f"adapter {digest}: its weights {weights_hash} are not stored"
            )
        adapter = await asyncio.to_thread(
            read_weights, weights, digest, config, self._model.config, self._model.device
        )
        self._resident[digest] = adapter
        total = sum(kept.bytes for kept in self._resident.values())
        while total > self._capacity and len(self._resident) > 1:
            _, gone = self._resident.popitem(last=False)
            total -= gone.bytes
        return adapter
