#!/usr/bin/env bash
# What: openapi-python-client 0.29.1 (PyPI), an operation whose body may be one of several kinds of files.
# Where it was met: a typed client of an API that takes the same table as CSV, NDJSON or Parquet. All three are mapped to
#   binary (`content_type_overrides`), as the generator's documentation says for kinds it does not know.
# Expected: the call says which kind is sent: by a class for each, by an argument, or by the file's own `mime_type`.
# Seen: the three make one type, `File | File | File`, and the request is put together by three tests
#   `if isinstance(body, File)`, one after the other, each of which sets `Content-Type`. So whatever is sent is called by
#   the kind that stands last in the document, also where the `File` names its own. No warning is printed.
# Source: the client made below, and the headers of its own request.
# What follows: send JSON by such a client, or set the header by hand; and look at what a generator makes of alternatives.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check openapi-python-client==0.29.1
export PATH="$place/venv/bin:$PATH"
cat > "$place/openapi.json" <<'JSON'
{"openapi": "3.1.0", "info": {"title": "tables", "version": "1"}, "paths": {"/tables": {"post": {
  "operationId": "send", "tags": ["tables"], "responses": {"204": {"description": "taken"}},
  "parameters": [{"name": "table", "in": "query", "schema": {"type": "string"}}],
  "requestBody": {"required": true, "content": {
    "text/csv": {"schema": {"type": "string", "format": "binary"}},
    "application/x-ndjson": {"schema": {"type": "string", "format": "binary"}},
    "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}}}}}}}}
JSON
cat > "$place/settings.yaml" <<'YAML'
content_type_overrides:
  text/csv: application/octet-stream
  application/x-ndjson: application/octet-stream
  application/vnd.apache.parquet: application/octet-stream
YAML
openapi-python-client generate --meta none --path "$place/openapi.json" --config "$place/settings.yaml" \
    --output-path "$place/tables_client" | tee "$place/said"
! grep -qi warning "$place/said"
cd "$place"
python - <<'PYTHON'
import io

from tables_client.api.tables.send import _get_kwargs
from tables_client.types import File

csv = File(payload=io.BytesIO(b"a,b\n1,2\n"), file_name="rows.csv", mime_type="text/csv")
told = _get_kwargs(body=csv)["headers"]["Content-Type"]
print("a File of text/csv is sent as", told)
assert told == "application/vnd.apache.parquet", "the file's own kind, or the first, is named now"
PYTHON
