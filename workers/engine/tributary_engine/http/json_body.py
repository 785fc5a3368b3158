"""Reading request bodies: every wrong field is named."""

from typing import Any

from aiohttp import web

from ..errors import RequestError


async def read_body(request: web.Request) -> dict[str, Any]:
    """The request's JSON object."""
    try:
        body = await request.json()
    except ValueError as error:
        raise RequestError("json", f"the body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise RequestError("json", "the body must be a JSON object")
    return body


def read_messages(value: Any) -> list[dict[str, str]]:
    """A chat: a list of {role, content} with text contents."""
    if not isinstance(value, list) or not value:
        raise RequestError("messages", "messages must be a non-empty list")
    messages = []
    for index, message in enumerate(value):
        role = message.get("role") if isinstance(message, dict) else None
        content = message.get("content") if isinstance(message, dict) else None
        if isinstance(content, list):
            parts = [part.get("text") for part in content if isinstance(part, dict)]
            if len(parts) == len(content) and all(isinstance(part, str) for part in parts):
                content = "".join(parts)
        if role not in ("system", "developer", "user", "assistant") or not isinstance(content, str):
            raise RequestError(
                "messages", f"messages[{index}] must have a role and a content of text"
            )
        messages.append({"role": "system" if role == "developer" else role, "content": content})
    return messages


def read_text(body: dict[str, Any], key: str) -> str:
    """A required string."""
    value = body.get(key)
    if not isinstance(value, str):
        raise RequestError(key, f"{key} must be a string")
    return value


def read_number(
    body: dict[str, Any], key: str, default: float, least: float, most: float
) -> float:
    """An optional number within bounds; null counts as absent."""
    value = body.get(key)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise RequestError(key, f"{key} must be a number from {least:g} to {most:g}")
    return value


def read_integer(body: dict[str, Any], key: str, default: int, least: int, most: int) -> int:
    """An optional whole number within bounds; null counts as absent."""
    value = read_number(body, key, default, least, most)
    if value != int(value):
        raise RequestError(key, f"{key} must be a whole number")
    return int(value)
