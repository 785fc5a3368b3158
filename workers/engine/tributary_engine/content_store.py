"""The content-addressed store over HTTP: what goes in or out is checked against its hash."""

import asyncio

import aiohttp

from .errors import StoreUnavailable
from .hashes import sha256_hex


class ContentStore:
    """Client of ``{CAS_URL}/cas/<sha256>``; tries again for a while when the store is away."""

    def __init__(self, url: str, session: aiohttp.ClientSession, attempts: int = 5) -> None:
        self._url, self._session, self._attempts = url, session, attempts

    async def get(self, digest: str) -> bytes | None:
        """The bytes under a hash, or None where the store has none."""
        data = await self._request("GET", digest, None)
        if data is not None and sha256_hex(data) != digest:
            raise StoreUnavailable(
                "store_corrupt", f"{self._url}/cas/{digest} answered with bytes of another hash"
            )
        return data

    async def put(self, data: bytes) -> str:
        """Store bytes; returns their hash."""
        digest = sha256_hex(data)
        await self._request("PUT", digest, data)
        return digest

    async def _request(self, method: str, digest: str, body: bytes | None) -> bytes | None:
        url = f"{self._url}/cas/{digest}"
        reason = ""
        for attempt in range(self._attempts):
            if attempt:
                await asyncio.sleep(0.2 * 2**attempt)
            try:
                headers = {"content-type": "application/octet-stream"}
                async with self._session.request(
                    method, url, data=body, headers=headers if body is not None else None
                ) as response:
                    if response.status == 404:
                        if method == "GET":
                            return None
                    elif response.status < 300:
                        return await response.read()
                    reason = f"{response.status} {(await response.text())[:200]}"
                    if response.status < 500:
                        break
            except (aiohttp.ClientError, asyncio.TimeoutError) as error:
                reason = str(error) or type(error).__name__
        raise StoreUnavailable("store_unavailable", f"{method} {url} failed: {reason}")
