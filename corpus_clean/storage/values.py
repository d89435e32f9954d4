"""A fingerprint of what columns hold: the schema, the metadata and every value, however they are packed.

Two tables have the same fingerprint if and only if their schemas, metadata and values are equal (but for hash
collisions), whatever their row groups, encodings, dictionaries and compression.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


class ValueDigest:
    """Takes in a table batch by batch; how it is cut into batches changes nothing.

    Example:
        >>> one, two = ValueDigest(pa.schema([("n", pa.int8())])), ValueDigest(pa.schema([("n", pa.int8())]))
        >>> one.update(pa.table({"n": pa.array([1, None, 3], pa.int8())}))
        >>> for part in ([1], [None, 3]):
        ...     two.update(pa.table({"n": pa.array(part, pa.int8())}))
        >>> one.hexdigest() == two.hexdigest()
        True
    """

    def __init__(self, schema: pa.Schema) -> None:
        self._streams: dict[str, Any] = {}
        self._add("schema", repr((_describe_fields(schema), _sort_metadata(schema.metadata))).encode())

    def update(self, table: pa.Table) -> None:
        """Take in the next rows."""
        for number, column in enumerate(table.columns):
            for chunk in column.chunks:
                self._add_array(str(number), chunk)

    def hexdigest(self) -> str:
        """Return the SHA-256 over all of it."""
        total = hashlib.sha256()
        for name in sorted(self._streams):
            total.update(f"{name} {self._streams[name].hexdigest()}\n".encode())
        return total.hexdigest()

    def _add(self, name: str, data: Any) -> None:
        self._streams.setdefault(name, hashlib.sha256()).update(data)

    def _add_array(self, name: str, array: pa.Array) -> None:
        array = _unpack(array)
        self._add(f"{name}.valid", pc.is_valid(array).cast(pa.uint8()).to_numpy(zero_copy_only=False))
        kind = array.type
        if pa.types.is_struct(kind):
            for number, child in enumerate(_drop_null(array).flatten()):
                self._add_array(f"{name}.{number}", child)
        elif pa.types.is_nested(kind):
            filled = _drop_null(array)
            if not pa.types.is_fixed_size_list(kind):
                self._add(f"{name}.lengths", _measure_lists(filled))
            self._add_array(f"{name}.items", filled.flatten())
        elif not pa.types.is_null(kind):
            self._add_values(name, _drop_null(array))

    def _add_values(self, name: str, array: pa.Array) -> None:
        """Take in values that are flat and not null."""
        kind = array.type
        if pa.types.is_large_binary(kind):
            self._add(f"{name}.lengths", pc.binary_length(array).to_numpy(zero_copy_only=False))
            start, end = (
                int.from_bytes(array.buffers()[1][8 * at : 8 * at + 8].to_pybytes(), "little")
                for at in (array.offset, array.offset + len(array))
            )
            self._add(f"{name}.values", memoryview(array.buffers()[2] or b"")[start:end])
            return
        if pa.types.is_boolean(kind):
            array = array.cast(pa.uint8())
        width = array.type.bit_width // 8
        start = array.offset * width
        self._add(f"{name}.values", memoryview(array.buffers()[1] or b"")[start : start + len(array) * width])


def _unpack(array: pa.Array) -> pa.Array:
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        return _unpack(array.storage)
    if pa.types.is_dictionary(kind):
        return _unpack(array.dictionary_decode())
    if pa.types.is_map(kind):
        return array.cast(pa.list_(pa.struct([kind.key_field, kind.item_field])))
    if pa.types.is_run_end_encoded(kind):
        return _unpack(pc.run_end_decode(array))
    return array.cast(pa.large_binary()) if _is_text(kind) else array


def _is_text(kind: pa.DataType) -> bool:
    return any(
        check(kind)
        for check in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_string_view,
            pa.types.is_binary,
            pa.types.is_large_binary,
            pa.types.is_binary_view,
        )
    )


def _drop_null(array: pa.Array) -> pa.Array:
    if not array.null_count:
        return array
    try:
        return array.drop_null()
    except pa.ArrowNotImplementedError:  # views in lists, as of Arrow 26
        valid = array.is_valid().to_pylist()
        return pa.concat_arrays([array.slice(0, 0), *(array.slice(at, 1) for at, is_ in enumerate(valid) if is_)])


def _measure_lists(array: pa.Array) -> Any:
    import numpy as np

    if pa.types.is_list_view(array.type) or pa.types.is_large_list_view(array.type):
        return array.sizes.cast(pa.int64()).to_numpy()
    return np.diff(array.offsets.to_numpy().astype(np.int64))


def _describe_fields(fields: Any) -> list[Any]:
    return [(field.name, str(field.type), field.nullable, _sort_metadata(field.metadata)) for field in fields]


def _sort_metadata(metadata: Mapping[bytes, bytes] | None) -> list[tuple[bytes, bytes]]:
    return sorted((metadata or {}).items())
