"""Run the engine: ``python -m tributary_engine``."""

import logging
import os
import sys

# Spinning OpenMP threads eat the cores that others need (GNU OpenMP manual, GOMP_SPINCOUNT); the
# library reads this once, so it must stand before torch is imported.
os.environ.setdefault("GOMP_SPINCOUNT", "0")
# What cuBLAS needs to repeat a sum to the bit.
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")

from .settings import read_settings  # noqa: E402


def main() -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    try:
        settings = read_settings(os.environ)
    except ValueError as error:
        sys.exit(f"engine: {error}")
    import torch
    from aiohttp import web

    from .http.app import make_app
    from .process import end_with_parent

    torch.set_num_threads(settings.threads)
    torch.use_deterministic_algorithms(True, warn_only=True)
    end_with_parent()
    print(f"engine listens on http://{settings.host}:{settings.port}", flush=True)
    try:
        web.run_app(
            make_app(settings),
            host=settings.host,
            port=settings.port,
            print=None,
            shutdown_timeout=1,
            handler_cancellation=True,
        )
    except OSError as error:
        sys.exit(f"engine: cannot listen on {settings.host}:{settings.port}: {error.strerror}")
    sys.stdout.flush()
    # A training thread would hold the process up for minutes; whatever must last is stored whole.
    os._exit(0)


if __name__ == "__main__":
    main()
