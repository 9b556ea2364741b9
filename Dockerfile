# syntax=docker/dockerfile:1
# The gate in an image: the command line with arguments, the GitHub Action without. USER stays root on purpose:
# a runner mounts its workspace for root, and entrypoint.py steps down to whoever owns it.
FROM python:3.13-slim@sha256:9d2e5553305c7c7b0097999bb17187c69b921ccd6bc9d40e4bb5ebe652c00285 AS base

FROM base AS build
WORKDIR /src
RUN python3 -m venv /opt/build && python3 -m venv --without-pip /opt/gate
COPY requirements/build.txt requirements/agent.txt requirements/
RUN /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt \
 && /opt/build/bin/pip --python /opt/gate/bin/python install --no-cache-dir --require-hashes --only-binary=:all: -r requirements/agent.txt
COPY pyproject.toml README.md LICENSE ./
COPY fixtures fixtures
COPY gate gate
RUN /opt/build/bin/pip --python /opt/build/bin/python wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /tmp/wheel . \
 && /opt/build/bin/pip --python /opt/gate/bin/python install --no-cache-dir --no-deps /tmp/wheel/*.whl \
 && sed -i '1s/$/ -I/' /opt/gate/bin/voxgate
COPY entrypoint.py /opt/gate/

FROM base
ARG VERSION=0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Voxgate" \
      org.opencontainers.image.description="The CI gate for realtime voice agents" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/voxgate/voxgate" \
      org.opencontainers.image.documentation="https://github.com/voxgate/voxgate/blob/main/docs/ci.md" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV VOXGATE_CONTAINER=1
COPY --from=build /opt/gate /opt/gate
RUN ln -s /opt/gate/bin/voxgate /usr/local/bin/voxgate
ENTRYPOINT ["/opt/gate/bin/python", "-I", "/opt/gate/entrypoint.py"]
