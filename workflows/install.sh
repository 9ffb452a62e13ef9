#!/bin/sh
# Install what requirements.lock pins, and urbanplan itself, into the environment whose bin folder is named.
# uv does it in seconds; where uv cannot be had or cannot reach the package index, pip does it in minutes.
set -eu
bin=$1
"$bin/python" -m pip install --quiet --disable-pip-version-check uv || true
index=${PIP_INDEX_URL:-$("$bin/python" -m pip config get global.index-url 2>/dev/null || true)}
if [ -n "$index" ]; then export UV_DEFAULT_INDEX="$index"; fi
export UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=${UV_LINK_MODE:-copy}
if [ -x "$bin/uv" ] \
  && "$bin/uv" pip install --quiet --compile-bytecode --python "$bin/python" --require-hashes -r requirements.lock \
  && "$bin/uv" pip install --quiet --python "$bin/python" --no-deps -e .; then
  "$bin/python" -m compileall -q urbanplan
  exit 0
fi
echo "uv could not install; trying pip, which takes some minutes" >&2
"$bin/python" -m pip install --quiet --require-hashes -r requirements.lock
"$bin/python" -m pip install --quiet --no-deps -e .
