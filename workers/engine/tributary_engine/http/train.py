"""POST /internal/train: train an adapter and store it, with live progress as server-sent events."""

import asyncio
import json
import logging
import threading
import time
from typing import Any, Callable

from aiohttp import web

from ..adapters.adapter import Adapter
from ..adapters.peft_format import describe, write_weights
from ..errors import Cancelled, EngineError, RequestError
from ..influence.features import make_features, write_features
from ..train.example import Example, question_example, text_example
from ..train.recipe import Recipe, read_recipe
from ..train.replay import replay_examples
from ..train.training import Progress, train_adapter
from .engine import ENGINE, Engine
from .error_response import error_body
from .json_body import read_body, read_integer

METHOD = "ekfac-lora-int8"
#: Replay examples whose gradients shape the curvature; more cost time, change little.
_REPLAY_IN_CURVATURE = 12
_MAX_RECORDS = 100_000
_LARGEST_NO = 2**63 - 1
_log = logging.getLogger("tributary_engine")


async def train(request: web.Request) -> web.StreamResponse:
    """Events: `progress` after each step, then `done`, or `error`."""
    engine = request.app[ENGINE].ready()
    body = await read_body(request)
    seed = read_integer(body, "seed", 0, 0, 2**53)
    recipe = read_recipe(body.get("config"), engine.model)
    examples = await asyncio.to_thread(_examples, engine, body.get("records"))
    response = web.StreamResponse(
        headers={"content-type": "text/event-stream", "cache-control": "no-cache"}
    )
    await response.prepare(request)
    loop = asyncio.get_running_loop()
    events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    cancelled = threading.Event()

    def report(progress: Progress) -> None:
        if cancelled.is_set():
            raise Cancelled("cancelled", "the client closed the stream")
        event = {
            "step": progress.step,
            "steps": progress.steps,
            "epoch": progress.epoch,
            "loss": progress.loss,
            "guard": progress.guard,
            "tokensPerSecond": round(progress.tokens_per_second, 1),
        }
        loop.call_soon_threadsafe(events.put_nowait, event)

    async def send(event: str, data: dict[str, Any]) -> None:
        await response.write(f"event: {event}\ndata: {json.dumps(data)}\n\n".encode())

    work = asyncio.create_task(_train_and_store(engine, examples, recipe, seed, report))
    try:
        # A comment at once: the client sees that the stream stands while earlier work is finished.
        await response.write(b": queued\n\n")
        while not work.done() or not events.empty():
            waiting = asyncio.create_task(events.get())
            await asyncio.wait({waiting, work}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                await send("progress", waiting.result())
            else:
                waiting.cancel()
                if not work.done():
                    await response.write(b": working\n\n")
        await send("done", work.result())
    except ConnectionError:
        raise
    except Exception as error:
        # The status line is gone already: the stream itself must carry the error.
        if not isinstance(error, EngineError):
            _log.exception("training failed")
            error = EngineError("internal", f"{type(error).__name__}: {error}")
        await send("error", error_body(error))
    finally:
        # Reached as well when the client goes away: the next step then ends the training.
        cancelled.set()
        work.add_done_callback(lambda task: task.cancelled() or task.exception())
    await response.write_eof()
    return response


def _examples(engine: Engine, records: Any) -> list[Example]:
    if not isinstance(records, list) or not 1 <= len(records) <= _MAX_RECORDS:
        raise RequestError("records", f"records must be a list of 1 to {_MAX_RECORDS}")
    examples, seen = [], set()
    for index, record in enumerate(records):
        if not isinstance(record, dict):
            raise RequestError("records", f"records[{index}] must be an object")
        number = _record_no(record.get("recordNo"), index)
        if number in seen:
            raise RequestError("records", f"records[{index}]: recordNo {number} came before")
        seen.add(number)
        question, answer, text = (record.get(key) for key in ("question", "answer", "text"))
        if isinstance(question, str) and isinstance(answer, str):
            examples.append(question_example(engine.model, question, answer, number))
        elif isinstance(text, str):
            examples.append(text_example(engine.model, text, number))
        else:
            raise RequestError(
                "records", f"records[{index}] must have question and answer, or text"
            )
    return examples


def _record_no(value: Any, index: int) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST_NO:
        raise RequestError(
            "records", f"records[{index}].recordNo must be a whole number of 63 bits, or its text"
        )
    return value


async def _train_and_store(
    engine: Engine,
    examples: list[Example],
    recipe: Recipe,
    seed: int,
    report: Callable[[Progress], None],
) -> dict[str, Any]:
    model = engine.model
    losses: list[float] = []
    seconds: list[float] = []

    def watch(progress: Progress) -> None:
        losses.append(progress.loss)
        report(progress)

    def work() -> tuple[Adapter, bytes, bytes]:
        # The clock starts when the heavy lane is free.
        started = time.monotonic()
        general = replay_examples(model, engine.cache) if recipe.replay else []
        adapter = train_adapter(model, examples, general, recipe, seed, watch)
        features = make_features(model, adapter, [*examples, *general[:_REPLAY_IN_CURVATURE]])
        seconds.append(time.monotonic() - started)
        return adapter, write_weights(adapter.config, adapter), write_features(features)

    adapter, weights, features = await engine.heavy(work)
    descriptor, digest, weights_hash = describe(adapter.config, model.hash, weights)
    # The descriptor comes last: whoever finds it finds all the rest. The tokenizer is there so
    # that anybody can look for an answer's words in the records without an engine.
    await engine.store.put(model.descriptor)
    await engine.store.put(await asyncio.to_thread(model.tokenizer_file.read_bytes))
    await engine.store.put(weights)
    features_hash = await engine.store.put(features)
    await engine.store.put(descriptor)
    per_epoch = -(-len(examples) // recipe.batch)
    return {
        "adapterHash": digest,
        "weightsHash": weights_hash,
        "configJson": json.dumps(adapter.config.descriptor(), sort_keys=True),
        "featuresHash": features_hash,
        "features": {"records": len(examples), "method": METHOD},
        "lossFirst": sum(losses[:per_epoch]) / per_epoch,
        "lossLast": sum(losses[-per_epoch:]) / per_epoch,
        "steps": len(losses),
        "seconds": round(seconds[0], 3),
    }
