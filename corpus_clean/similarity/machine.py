"""The machine code of `loops`, compiled by numba once a machine and called without it ever after.

Importing numba takes longer than de-duplicating ten thousand documents. So what it compiles is kept as object code,
which LLVM loads in a few milliseconds. The code is that of this very processor, this version of the loops and this
version of LLVM.
"""

import ctypes
import functools
import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from corpus_clean.storage.compiled import is_kept, keep_compiled, name_compiled, read_compiled

ENTRIES: Mapping[str, str] = {
    "normalize": "bibmmbi",
    "sign": "biLLmmUihhmmhimh",
    "key_bands": "mLLLUh",
    "hash_shingles": "biLLihhhi",
    "drop_repeats": "hi",
    "count_shared": "hiiii",
    "mark_repeated": "hiiUhh",
    "keep_marked": "hiiUhhmi",
    "plant_literals": "bbmmmhh",
    "scan_text": "bbbmmhhmmUmbbbmhhh|m",
    "call_rules": "mmwbmbhmi|b",
    "plant_words": "bihhh",
    "count_words": "bhh|mi",
    "cut_tokens": "bb|mmb",
    "find_near": "iiiiiiiihLdiimiii",
    "weigh": "iiiiibiiiiiiiibiiiihmLLddddiiiiiiidddbidi",
}
"""The arguments of each compiled function: arrays of bytes, of int64 (i), uint16 (w), uint32 (m), uint64 (h) and
float64 (d); whole numbers (L, U). What stands behind the bar may be given with each call of a prepared function."""

ARRAYS = {"b": np.uint8, "i": np.int64, "w": np.uint16, "m": np.uint32, "h": np.uint64, "d": np.float64}
_LOOPS = (
    "loops.py", "repeats.py", "scanning.py", "admission.py", "sections.py", "vocabulary.py", "cutting.py", "letters.py",
    "nearness.py", "weighing.py", "sheets.py",
)  # fmt: skip
_SOURCES = (*_LOOPS, "inlining.py", "hashing.py", "machine.py", "compilation.py")


def call(name: str, *arguments: Any) -> None:
    """Run a compiled function; the interpreter's lock is free meanwhile.

    Raises:
        TypeError: an argument is not what `ENTRIES` says.

    Example:
        >>> hashes, bounds = np.array([7, 7, 9], np.uint64), np.array([0, 3])
        >>> call("drop_repeats", hashes, bounds)
        >>> hashes[:2].tolist(), bounds.tolist()
        ([7, 9], [0, 2])
    """
    fixed = len(ENTRIES[name].partition("|")[0])
    prepare(name, *arguments[:fixed])(*_arrange(name, arguments[fixed:], fixed + 1))


def prepare(name: str, *arguments: Any) -> Callable[..., object]:
    """Return a compiled function whose first arguments stay as they are; the others are given as `locate` gives them.

    To find out where arrays lie takes longer than many a call, and so does handing over dozens of arguments: what stays
    is written down once. It is for the caller to keep the arrays.

    Raises:
        TypeError: an argument is not what `ENTRIES` says.

    Example:
        >>> hashes, bounds = np.array([7, 7, 9], np.uint64), np.array([0, 3])
        >>> _ = prepare("drop_repeats", hashes, bounds)()
        >>> bounds.tolist()
        [0, 2]
    """
    plain = _arrange(name, arguments)
    block = (ctypes.c_uint64 * len(plain))(*(number & _WORD for number in plain))
    return functools.partial(load_code()[name], block)


def locate(array: Any) -> tuple[int, int]:
    """Return where an array begins, and its size; it is for the caller to keep it.

    Example:
        >>> locate(np.zeros(3, np.uint8))[1]
        3
    """
    return array.ctypes.data, array.size


def _arrange(name: str, arguments: Sequence[Any], first: int = 0) -> list[int]:
    plain: list[int] = []
    kinds = ENTRIES[name][first:].partition("|")[0]
    for kind, value in zip(kinds, arguments, strict=True):
        if kind not in ARRAYS:
            plain.append(int(value))
        elif value.dtype == ARRAYS[kind] and value.flags.c_contiguous:
            plain += locate(value)
        else:
            raise TypeError(f"{name}: an argument of kind {kind} is {value.dtype}, or not contiguous")
    return plain


@functools.cache
def load_code() -> Mapping[str, Callable[..., object]]:
    """Return the compiled functions; where no earlier process left their code, compile them, which takes seconds."""
    objects = read_compiled(_name_code())
    if objects is None:
        compilation = importlib.import_module("corpus_clean.similarity.compilation")
        compiled = compilation.compile_loops()
        objects = compilation.make_objects(compiled)
        if not objects:
            _kept.append(compiled)
            return {name: _bind(function.address, name) for name, function in compiled.items()}
        keep_compiled(_name_code(), objects)
    return _load(objects)


def _load(objects: Mapping[str, tuple[str, bytes]]) -> dict[str, Callable[..., object]]:
    import llvmlite.binding as llvm

    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), create_machine())
    _kept.append(engine)
    for _, code in objects.values():
        engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    functions: dict[str, Callable[..., object]] = {}
    for name, (symbol, _) in objects.items():
        # Numba's own convention: a place for the result and one for an exception, of which there are none, come first.
        function = _bind(engine.get_function_address(symbol), name, ctypes.c_void_p, ctypes.c_void_p)
        functions[name] = functools.partial(function, ctypes.addressof(_nowhere), ctypes.addressof(_nowhere))
    return functions


def _bind(address: int, name: str, *first: type) -> Callable[..., object]:
    loose = (kind for letter in ENTRIES[name].partition("|")[2] for kind in _c_types(letter))
    return ctypes.CFUNCTYPE(None, *first, ctypes.c_void_p, *loose)(address)


_kept: list[object] = []
"""What owns the memory that the code lies in."""

_WORD = (1 << 64) - 1

_nowhere = ctypes.create_string_buffer(64)


def is_compiled() -> bool:
    """Tell whether an earlier process left its code, so that loading takes no compilation.

    Example:
        >>> is_compiled() in {True, False}
        True
    """
    return is_kept(_name_code())


@functools.cache
def _name_code() -> str:
    sources = (Path(__file__).with_name(source).read_bytes() for source in _SOURCES)
    return name_compiled("loops", *sources, _describe_machine().encode())


@functools.cache
def _describe_machine() -> str:
    import llvmlite

    return f"{sys.implementation.cache_tag} {llvmlite.__version__} {_processor()}"


def create_machine() -> Any:
    """Return LLVM's description of this processor, for which it emits and loads code."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(**_processor())


def _processor() -> dict[str, Any]:
    import llvmlite.binding as llvm

    return {"cpu": llvm.get_host_cpu_name(), "features": llvm.get_host_cpu_features().flatten(), "opt": 3}


def _c_types(kind: str) -> tuple[type, ...]:
    if kind in ARRAYS:
        return (ctypes.c_void_p, ctypes.c_int64)
    return (ctypes.c_int64 if kind == "L" else ctypes.c_uint64,)
