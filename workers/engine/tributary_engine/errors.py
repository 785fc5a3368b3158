"""Errors that reach a client. Each says what happened, to what, and what to do."""


class EngineError(Exception):
    """Base of all errors that are answered as JSON ``{"error": {message, type, code}}``."""

    status = 500
    type = "server_error"

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class RequestError(EngineError):
    """The request itself is wrong; sending it again changes nothing."""

    status = 400
    type = "invalid_request_error"


class ModelNotFound(EngineError):
    """No base or adapter of that name."""

    status = 404
    type = "invalid_request_error"


class AdapterRefused(EngineError):
    """The adapter's files are not what the engine can trust or use."""

    status = 422
    type = "invalid_request_error"


class StoreUnavailable(EngineError):
    """The content store did not answer or answered wrongly; worth trying again."""

    status = 502
    type = "server_error"


class ModelFolderError(EngineError):
    """The folder of the base model lacks something or holds another architecture."""

    status = 500
    type = "server_error"


class Cancelled(EngineError):
    """The client went away while its work was running."""

    status = 499
    type = "cancelled"
