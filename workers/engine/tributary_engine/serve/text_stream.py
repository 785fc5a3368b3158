"""Text of a growing list of tokens, given out as soon as it can no longer change."""

from ..model.chat_tokenizer import ChatTokenizer


class TextStream:
    """A token may hold part of a character; such an end waits for its rest."""

    def __init__(self, tokenizer: ChatTokenizer, stops: tuple[str, ...] = ()) -> None:
        self._tokenizer, self._stops = tokenizer, stops
        self._ids: list[int] = []
        self._given = 0
        self.stopped = False

    def push(self, token: int) -> str:
        """Add a token; returns the text that became certain."""
        self._ids.append(token)
        text = self._tokenizer.decode(self._ids)
        for stop in self._stops:
            found = text.find(stop)
            if found >= 0:
                self.stopped = True
                text = text[:found]
        if self.stopped:
            return self._give(text, len(text))
        certain = len(text.rstrip("�"))
        # The start of a stop string at the end may be the stop string itself.
        for stop in self._stops:
            for size in range(1, len(stop)):
                if text.endswith(stop[:size]):
                    certain = min(certain, len(text) - size)
        return self._give(text, certain)

    def finish(self) -> str:
        """What was held back, once no token follows."""
        if self.stopped:
            return ""
        text = self._tokenizer.decode(self._ids)
        return self._give(text, len(text))

    def _give(self, text: str, until: int) -> str:
        new = text[self._given : until]
        self._given = max(self._given, until)
        return new
