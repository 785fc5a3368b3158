import pytest

from .text_stream import TextStream

TEXT = "naïve 😀 lanterns, 7 of them"


def _pieces(tiny, text, stops=()):
    stream = TextStream(tiny.tokenizer, stops)
    pieces = []
    for token in tiny.tokenizer.encode(text):
        pieces.append(stream.push(token))
        if stream.stopped:
            break
    return [*pieces, stream.finish()]


def test_pieces_join_to_the_text_and_never_hold_half_a_character(tiny):
    pieces = _pieces(tiny, TEXT)
    assert "".join(pieces) == TEXT
    assert not any("\ufffd" in piece for piece in pieces)
    assert len([piece for piece in pieces if piece]) > 3


@pytest.mark.parametrize("stop", ["lanterns", ", 7", "😀"])
def test_a_stop_text_ends_the_answer_before_it(tiny, stop):
    assert "".join(_pieces(tiny, TEXT, (stop,))) == TEXT[: TEXT.index(stop)]
