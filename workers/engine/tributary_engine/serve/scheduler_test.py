import queue
import threading

import pytest
import torch

from ..adapters.adapter import Adapter
from ..train.recipe import read_recipe
from ..train.training import initial_adapter
from .sampler import Sampling
from .scheduler import Request, Scheduler

TEXTS = ["Return the value", "If the argument is", "x", "The decimal " * 40, "Raise", "A list of"]


@pytest.fixture(scope="module")
def adapters(tiny) -> list[Adapter | None]:
    made: list[Adapter | None] = [None]
    for seed in range(3):
        config = read_recipe(None, tiny).adapter_config()
        fresh = initial_adapter(tiny, config, seed)
        random = torch.Generator().manual_seed(seed)
        b = {key: torch.randn(m.shape, generator=random) * 0.2 for key, m in fresh.b.items()}
        made.append(Adapter(str(seed), config, {k: m.detach() for k, m in fresh.a.items()}, b))
    return made


class Collector:
    """Gathers one answer."""

    def __init__(self, ids, adapter, limit=20, sampling=Sampling()):
        self.tokens: list[int] = []
        self.first = threading.Event()
        self._end: queue.Queue = queue.Queue()
        self.request = Request(ids, adapter, limit, sampling, self._token, self._end.put)

    def _token(self, token: int) -> None:
        self.tokens.append(token)
        self.first.set()

    def wait(self):
        return self._end.get(timeout=30)


@pytest.fixture
def scheduler(tiny):
    scheduler = Scheduler(tiny, rows=4)
    yield scheduler
    scheduler.close()


def _collectors(tiny, adapters, sampling=lambda i: Sampling()):
    return [
        Collector(
            tiny.tokenizer.encode_chat([{"role": "user", "content": text}]),
            adapters[index % len(adapters)],
            12 + 3 * index,
            sampling(index),
        )
        for index, text in enumerate(TEXTS * 2)
    ]


def test_an_answer_does_not_depend_on_its_neighbours(tiny, adapters, scheduler):
    together, alone = _collectors(tiny, adapters), _collectors(tiny, adapters)
    for one in together:
        scheduler.submit(one.request)
    ends = [one.wait() for one in together]
    for one, end in zip(alone, ends):
        scheduler.submit(one.request)
        assert one.wait() == end
    assert [one.tokens for one in together] == [one.tokens for one in alone]
    assert len({tuple(one.tokens[:8]) for one in together}) > 4, "the adapters must differ"


def test_a_seed_decides_a_sampled_answer(tiny, adapters, scheduler):
    def draw(seed):
        answers = _collectors(tiny, adapters, lambda i: Sampling(1.0, 0.95, seed + i))
        for one in answers:
            scheduler.submit(one.request)
        for one in answers:
            one.wait()
        return [one.tokens for one in answers]

    assert draw(1) == draw(1)
    assert draw(1) != draw(100)


def test_cancelled_requests_leave_and_others_go_on(tiny, scheduler):
    ids = tiny.tokenizer.encode("The following")
    long, other = Collector(ids, None, 900), Collector(ids, None, 10)
    scheduler.submit(long.request)
    assert long.first.wait(30)
    scheduler.submit(other.request)
    long.request.cancelled.set()
    # The tiny model may end by itself first; it cannot have made all 900 tokens by then.
    assert long.wait() in ("cancelled", "stop")
    assert other.wait() in ("length", "stop")
    assert len(long.tokens) < 900


def test_answers_end_with_the_context(tiny, scheduler):
    ids = tiny.tokenizer.encode("the " * 2000)[: tiny.config.context - 3]
    one = Collector(ids, None, 50)
    scheduler.submit(one.request)
    assert one.wait() in ("length", "stop")
    assert len(one.tokens) <= 3


def test_closing_ends_waiting_requests(tiny):
    scheduler = Scheduler(tiny, rows=1)
    some = [Collector(tiny.tokenizer.encode("A"), None, 500) for _ in range(3)]
    for one in some:
        scheduler.submit(one.request)
    scheduler.close()
    assert all(one.wait() in ("cancelled", "stop", "length") for one in some)
