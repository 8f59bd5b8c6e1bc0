# syntax=docker/dockerfile:1
# Gatepost's own image: docker build -t gatepost . && docker run --rm -v "$PWD:/work:ro" gatepost check
#
# The base is python:3.12-slim by the digest of its index, as it was in August 2026. To raise it:
#   docker buildx imagetools inspect python:3.12-slim
ARG BASE=python:3.12-slim@sha256:78387bc3881b8273120a12ebe6c1ab22b018ccc2c9adf565ae1ac9b536e184ea

FROM ${BASE} AS build
WORKDIR /source
# Only what the wheel is made of, so that the context stays small and other changes do not rebuild it.
COPY pyproject.toml README.md LICENSE ./
COPY .github/action/requirements.txt requirements.txt
COPY policies policies
COPY src src
# The packages of the image are those that the action locks by hash; the tools that build the wheel stay behind.
RUN python -m venv /opt/gatepost \
 && /opt/gatepost/bin/python -m pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r requirements.txt \
 && /opt/gatepost/bin/python -m pip wheel --no-cache-dir --no-deps -w /wheel . \
 && /opt/gatepost/bin/python -m pip install --no-cache-dir --no-deps --no-index /wheel/*.whl \
 && /opt/gatepost/bin/python -m pip uninstall -y setuptools pip

FROM ${BASE}
COPY --from=build /opt/gatepost /opt/gatepost
ENV PATH=/opt/gatepost/bin:$PATH PYTHONDONTWRITEBYTECODE=1
WORKDIR /work
USER 10001:10001
# A command that ends has no health to watch.
HEALTHCHECK NONE
ENTRYPOINT ["gatepost"]
CMD ["check"]
