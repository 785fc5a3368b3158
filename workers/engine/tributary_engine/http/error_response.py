"""Every error as JSON in OpenAI's shape."""

import logging
from typing import Any, Awaitable, Callable

from aiohttp import web

from ..errors import EngineError, RequestError

_log = logging.getLogger("tributary_engine")


def error_body(error: EngineError) -> dict[str, Any]:
    """{"error": {message, type, code}}."""
    return {"error": {"message": str(error), "type": error.type, "code": error.code}}


@web.middleware
async def answer_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Turn what a handler raises into a JSON answer."""
    try:
        return await handler(request)
    except EngineError as error:
        return web.json_response(error_body(error), status=error.status)
    except web.HTTPException as error:
        kind = RequestError if error.status < 500 else EngineError
        failure = kind(f"http_{error.status}", f"{request.method} {request.path}: {error.reason}")
        return web.json_response(error_body(failure), status=error.status)
    except ConnectionError:
        # The client has gone: nobody is there to be told.
        raise
    except Exception as error:
        _log.exception("%s %s failed", request.method, request.path)
        failure = EngineError("internal", f"{type(error).__name__}: {error}")
        return web.json_response(error_body(failure), status=500)
