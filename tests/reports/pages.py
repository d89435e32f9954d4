"""Reading a report's page back: its figures, and the evidence packed into it."""

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Row = dict[str, Any]


def read_table(out: Path, name: str) -> list[Row]:
    return pq.read_table(out / f"{name}.parquet").to_pylist()


def unpack(page: str, name: str) -> Any:
    packed = re.search(rf'<script type="application/octet-stream" id="data-{name}">([^<]*)</script>', page)
    assert packed
    return json.loads(zlib.decompress(base64.b64decode(packed[1])))


def read_number(text: str) -> int:
    return int(text.replace(",", ""))


def read_figure(tree: Any, name: str) -> int:
    [node] = tree.xpath(f"//*[@data-figure='{name}']")
    return read_number(node.text_content())
