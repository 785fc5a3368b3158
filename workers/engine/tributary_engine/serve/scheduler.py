"""Continuous batching: requests join and leave the running batch between two steps."""

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Callable

from ..adapters.adapter import Adapter
from ..model.base_model import BaseModel
from .decoder import Decoder
from .sampler import Sampler, Sampling

#: Prompt tokens run at once; others decode in between, so a long prompt holds nobody up for long.
PREFILL_CHUNK = 256


@dataclass(eq=False)
class Request:
    """One answer to generate.

    on_token gets each token id but the end token, on the scheduler's thread; on_end gets ``stop``
    (end token), ``length`` or ``cancelled``, or the exception that ended it.
    """

    ids: list[int]
    adapter: Adapter | None
    max_tokens: int
    sampling: Sampling
    on_token: Callable[[int], None]
    on_end: Callable[[str | Exception], None]
    cancelled: threading.Event = field(default_factory=threading.Event)


@dataclass(eq=False)
class _Row:
    request: Request
    sampler: Sampler
    token: int = 0
    made: int = 0


class Scheduler:
    """A thread that owns the decoder; submit() and cancellation come from any thread."""

    def __init__(self, model: BaseModel, rows: int = 16) -> None:
        self._model = model
        self._decoder = Decoder(model, rows)
        self._waiting: deque[Request] = deque()
        self._rows: list[_Row] = []
        self._wake = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)
        self._thread.start()

    def submit(self, request: Request) -> None:
        """Queue a request; its prompt must leave room for an answer in the model's context."""
        with self._wake:
            self._waiting.append(request)
            self._wake.notify()

    def close(self) -> None:
        """End the thread; requests still running are cancelled."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._closing and not self._waiting and not self._rows:
                    self._wake.wait()
                if self._closing:
                    break
            if self._waiting and self._decoder.live < self._decoder.capacity:
                self._admit(self._waiting.popleft())
            self._step()
        for request in [*(row.request for row in self._rows), *self._waiting]:
            request.on_end("cancelled")

    def _admit(self, request: Request) -> None:
        try:
            scores = None
            known = self._decoder.begin(request.ids, request.adapter)
            for start in range(known, len(request.ids), PREFILL_CHUNK):
                if start > known:
                    self._step()
                if request.cancelled.is_set() or self._closing:
                    request.on_end("cancelled")
                    return
                scores = self._decoder.prefill(request.ids[start : start + PREFILL_CHUNK])
            row = _Row(request, Sampler(request.sampling))
            row.token = row.sampler.pick(scores)
        except Exception as error:
            request.on_end(error)
            return
        if not self._deliver(row):
            self._decoder.join()
            self._rows.append(row)

    def _step(self) -> None:
        for index in reversed(range(len(self._rows))):
            if self._rows[index].request.cancelled.is_set():
                self._end(index, "cancelled")
        if not self._rows:
            return
        try:
            scores = self._decoder.step([row.token for row in self._rows])
        except Exception as error:
            # What broke the step (memory, say) cannot be laid on one row: all of them end.
            for index in reversed(range(len(self._rows))):
                self._end(index, error)
            return
        ended = []
        for index, row in enumerate(self._rows):
            row.token = row.sampler.pick(scores[index])
            if self._deliver(row):
                ended.append(index)
        for index in reversed(ended):
            self._remove(index)

    def _deliver(self, row: _Row) -> bool:
        """Hand out the row's newest token; true if the answer is complete."""
        request = row.request
        if row.token in self._model.config.eos_ids:
            request.on_end("stop")
            return True
        row.made += 1
        request.on_token(row.token)
        full = len(request.ids) + row.made >= self._model.config.context
        if row.made >= request.max_tokens or full:
            request.on_end("length")
            return True
        return False

    def _end(self, index: int, reason: str | Exception) -> None:
        self._rows[index].request.on_end(reason)
        self._remove(index)

    def _remove(self, index: int) -> None:
        self._decoder.remove(index)
        last = self._rows.pop()
        if index < len(self._rows):
            self._rows[index] = last
