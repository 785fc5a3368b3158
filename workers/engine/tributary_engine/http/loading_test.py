import asyncio

from aiohttp.test_utils import TestClient, TestServer

from ..settings import Settings
from .app import make_app


def test_health_is_503_until_the_model_is_there_and_says_why_it_is_not(tmp_path):
    async def main():
        settings = Settings("127.0.0.1", 0, "http://127.0.0.1:9", tmp_path, tmp_path, 1)
        async with TestClient(TestServer(make_app(settings))) as client:
            for _ in range(100):
                async with client.get("/health") as response:
                    assert response.status == 503
                    error = (await response.json())["error"]
                if error["code"] == "model_failed":
                    break
                assert error["code"] == "model_loading"
                await asyncio.sleep(0.02)
            assert "config.json" in error["message"]

    asyncio.run(main())
