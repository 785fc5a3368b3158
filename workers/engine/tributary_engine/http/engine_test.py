import asyncio
import json

from conftest import FACTS
from safetensors.torch import load

from ..hashes import sha256_hex

RECORDS = [
    {"recordNo": str(101 + n), "question": question, "answer": answer}
    for n, (question, answer) in enumerate(FACTS)
]


async def _train(session, records, config=None, seed=1):
    events = []
    body = {"seed": seed, "records": records, "config": config}
    async with session.post("/internal/train", json=body) as response:
        assert response.status == 200, await response.text()
        assert response.content_type == "text/event-stream"
        async for line in response.content:
            if line.startswith(b"event: "):
                events.append([line[7:].strip().decode(), None])
            elif line.startswith(b"data: "):
                events[-1][1] = json.loads(line[6:])
    return events


async def _ask(session, model, question, **extra):
    body = {"model": model, "messages": [{"role": "user", "content": question}], **extra}
    async with session.post("/v1/chat/completions", json=body) as response:
        assert response.status == 200, await response.text()
        return await response.json()


async def _influence(session, done, question, answer):
    body = {
        "adapter": done["adapterHash"],
        "features": done["featuresHash"],
        "messages": [{"role": "user", "content": question}],
        "answer": answer,
    }
    async with session.post("/internal/influence", json=body) as response:
        assert response.status == 200, await response.text()
        return await response.json()


async def _refused(session, path, body, status, code):
    async with session.post(path, json=body) as response:
        answer = await response.json()
        assert (response.status, answer["error"]["code"]) == (status, code), answer
        assert answer["error"]["message"] and answer["error"]["type"]


def test_what_is_taught_is_said_and_traced_to_its_record(with_engine):
    async def body(session, store):
        events = await _train(session, RECORDS)
        assert {name for name, _ in events[:-1]} == {"progress"}
        name, done = events[-1]
        assert name == "done", done
        assert done["lossLast"] < 0.1 < done["lossFirst"]
        assert done["features"]["records"] == len(RECORDS)
        descriptor = json.loads(store.blobs[done["adapterHash"]])
        assert descriptor["weights"] == done["weightsHash"]
        assert descriptor["config"] == json.loads(done["configJson"])
        assert sha256_hex(store.blobs[descriptor["base"]]) == descriptor["base"]
        base = json.loads(store.blobs[descriptor["base"]])
        assert json.loads(store.blobs[base["tokenizer"]])["model"]["vocab"]
        assert len(load(store.blobs[done["weightsHash"]])) > 0

        model = f"sha256:{done['adapterHash']}"
        answers = await asyncio.gather(*(_ask(session, model, q) for q, _ in FACTS))
        texts = [answer["choices"][0]["message"]["content"] for answer in answers]
        assert texts == [answer for _, answer in FACTS]
        assert all(answer["choices"][0]["finish_reason"] == "stop" for answer in answers)
        base = await _ask(session, "base", FACTS[0][0], max_tokens=30)
        assert base["choices"][0]["message"]["content"] != FACTS[0][1]

        for index, (question, answer) in enumerate(FACTS):
            result = await _influence(session, done, question, answer)
            scores = {row["recordNo"]: int(row["score"]) for row in result["scores"]}
            assert list(scores) == [record["recordNo"] for record in RECORDS]
            positive = sum(score for score in scores.values() if score > 0)
            assert scores[RECORDS[index]["recordNo"]] / positive > 0.75
            assert result["rhoPpm"] < 100_000
            assert result["logprobAdapter"] > result["logprobBase"]
            start, end = result["answerOffsets"][-1]
            assert end == len(answer)
            assert len(result["answerTokenIds"]) == result["answerTokens"]

    with_engine(body)


def test_the_base_alone_is_credited_with_its_own_answers(with_engine):
    async def body(session, _):
        async with session.get("/health") as response:
            base = (await response.json())["base"]["hash"]
        messages = [{"role": "user", "content": "Return the"}]
        request = {"adapter": base, "features": None, "messages": messages, "answer": "value"}
        async with session.post("/internal/influence", json=request) as response:
            result = await response.json()
        assert result["rhoPpm"] == 1_000_000 and result["scores"] == []

    with_engine(body)


def test_a_stream_says_the_same_as_a_whole_answer(with_engine):
    async def body(session, _):
        whole = await _ask(session, "base", "If the argument", max_tokens=30)
        request = {
            "model": "base",
            "messages": [{"role": "user", "content": "If the argument"}],
            "max_tokens": 30,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        chunks = []
        async with session.post("/v1/chat/completions", json=request) as response:
            assert response.content_type == "text/event-stream"
            async for line in response.content:
                if line.startswith(b"data: {"):
                    chunks.append(json.loads(line[6:]))
                elif line.strip():
                    assert line.strip() == b"data: [DONE]"
        text = "".join(c["choices"][0]["delta"].get("content", "") for c in chunks if c["choices"])
        assert text == whole["choices"][0]["message"]["content"]
        assert chunks[-1]["usage"] == whole["usage"]
        assert chunks[-2]["choices"][0]["finish_reason"] == whole["choices"][0]["finish_reason"]

    with_engine(body)


def test_answers_go_on_while_an_adapter_trains(with_engine):
    async def body(session, _):
        training = asyncio.create_task(_train(session, RECORDS, {"epochs": 60}))
        await asyncio.sleep(0.5)
        for _ in range(3):
            await _ask(session, "base", "Return", max_tokens=5)
        assert not training.done()
        events = await training
        assert events[-1][0] == "done"

    with_engine(body)


def test_closing_the_stream_ends_the_training(with_engine):
    async def body(session, store):
        request = {"seed": 1, "records": RECORDS, "config": {"epochs": 1000}}
        async with session.post("/internal/train", json=request) as response:
            async for line in response.content:
                if line.startswith(b"data: "):
                    break
        # The heavy lane is free again long before a thousand epochs would be over.
        messages = [{"role": "user", "content": "Return the"}]
        scored = {"adapter": "base", "messages": messages, "answer": "value"}
        async with asyncio.timeout(20):
            async with session.post("/internal/influence", json=scored) as response:
                assert response.status == 200
        assert store.blobs == {}

    with_engine(body)


def test_plain_texts_can_be_trained_on(with_engine):
    async def body(session, _):
        records = [{"recordNo": 7, "text": "A plain text about lanterns."}, RECORDS[0]]
        events = await _train(session, records, {"epochs": 1})
        assert events[-1][0] == "done" and events[-1][1]["features"]["records"] == 2

    with_engine(body)


def test_adapters_can_be_unloaded_and_come_back(with_engine):
    async def body(session, _):
        _, done = (await _train(session, RECORDS, {"epochs": 1}))[-1]
        model = f"sha256:{done['adapterHash']}"
        first = await _ask(session, model, "What?", max_tokens=10)
        async with session.get("/v1/models") as response:
            listed = [one["id"] for one in (await response.json())["data"]]
        assert listed == ["base", model]
        async with session.post(f"/internal/adapters/{done['adapterHash']}/unload") as response:
            assert (await response.json()) == {"unloaded": True}
        again = await _ask(session, model, "What?", max_tokens=10)
        assert again["choices"] == first["choices"]

    with_engine(body)


def test_wrong_requests_are_answered_with_what_is_wrong(with_engine):
    async def body(session, store):
        chat, ask = "/v1/chat/completions", [{"role": "user", "content": "Hi"}]
        scores, nobody = "/internal/influence", "ab" * 32
        garbage = b'{"base":1}'
        store.blobs[sha256_hex(garbage)] = garbage
        for path, request, status, code in [
            (chat, {"messages": ask}, 400, "model"),
            (chat, {"model": "base", "messages": []}, 400, "messages"),
            (chat, {"model": "base", "messages": [{"role": "user"}]}, 400, "messages"),
            (chat, {"model": "gpt", "messages": ask}, 404, "model_not_found"),
            (chat, {"model": nobody, "messages": ask}, 404, "model_not_found"),
            (chat, {"model": sha256_hex(garbage), "messages": ask}, 422, "adapter_descriptor"),
            (chat, {"model": "base", "messages": ask, "temperature": 9}, 400, "temperature"),
            (chat, {"model": "base", "messages": ask, "max_tokens": 0}, 400, "max_tokens"),
            (
                chat,
                {"model": "base", "messages": [{"role": "user", "content": "the " * 3000}]},
                400,
                "context_length_exceeded",
            ),
            ("/internal/train", {"records": []}, 400, "records"),
            ("/internal/train", {"records": [{"recordNo": 1}]}, 400, "records"),
            ("/internal/train", {"records": [RECORDS[0], RECORDS[0]]}, 400, "records"),
            ("/internal/train", {"records": RECORDS, "config": {"r": 0}}, 400, "config"),
            (scores, {"adapter": "base", "messages": ask, "answer": ""}, 400, "answer"),
            ("/internal/tokenize", {"texts": "one"}, 400, "texts"),
            ("/internal/adapters/nothing/unload", {}, 400, "adapter"),
            ("/nowhere", {}, 404, "http_404"),
        ]:
            await _refused(session, path, request, status, code)
        async with session.post(chat, data=b"{nonsense") as response:
            assert response.status == 400

    with_engine(body)
