"""From the loops to object code, with numba. It runs once a machine; `machine` keeps what it makes."""

from collections.abc import Callable, Mapping
from typing import Any

import llvmlite.binding as llvm
import numba
import numpy as np
from numba.extending import intrinsic

from corpus_clean.similarity import admission, cutting, loops, nearness, repeats, scanning, vocabulary, weighing
from corpus_clean.similarity.machine import ARRAYS, ENTRIES, create_machine

_MODULES = (loops, repeats, scanning, admission, vocabulary, cutting, nearness, weighing)
_NEEDED = {"memcpy", "memmove", "memset", "sqrt"}
"""What LLVM may call in place of a loop; every process has these."""


def compile_loops() -> dict[str, Any]:
    """Return the functions of `ENTRIES`, compiled to take pointers and lengths for arrays."""
    functions = {name: found for module in _MODULES for name, found in vars(module).items()}
    return {name: _wrap(functions[name], kinds) for name, kinds in ENTRIES.items()}


def make_objects(compiled: Mapping[str, Any]) -> dict[str, tuple[str, bytes]]:
    """Return the symbol and the object code of each function, or nothing if one of them needs more than itself."""
    machine = create_machine()
    objects = {}
    for name, function in compiled.items():
        symbol = function.native_name.removeprefix("cfunc.")
        module = _reduce(llvm.parse_assembly(function.inspect_llvm()), symbol, machine)
        names = {f.name: f.is_declaration for f in module.functions}
        outside = {name for name, declared in names.items() if declared and not name.startswith("llvm.")}
        if names.get(symbol, True) or outside - _NEEDED:
            return {}
        objects[name] = (symbol, machine.emit_object(module))
    return objects


def _reduce(module: Any, symbol: str, machine: Any) -> Any:
    """Drop what numba compiles beside a function, such as its wrapper for the interpreter."""
    for function in module.functions:
        if not function.is_declaration:
            function.linkage = "external" if function.name == symbol else "internal"
    for variable in module.global_variables:
        if not variable.is_declaration:
            variable.linkage = "internal"
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    passes.add_strip_dead_prototype_pass()
    passes.run(module, llvm.create_pass_builder(machine, llvm.PipelineTuningOptions()))
    return module


def _wrap(function: Callable[..., None], kinds: str) -> Any:
    """Return a function compiled to take a pointer to a block, of pointers, lengths and numbers, and what is loose."""
    compiler: Any = numba  # its own hints are incomplete
    types: list[Any] = [compiler.types.CPointer(numba.uint64)]
    parameters, arguments = ["block"], []
    names: dict[str, Any] = {
        "carray": compiler.carray,
        "function": numba.njit(forceinline=True, error_model="numpy")(function),
        "int64": numba.int64,
        "point": _point,
    }
    fixed, _, loose = kinds.partition("|")
    reached = 0
    for kind in fixed:
        if kind in ARRAYS:
            names[kind] = compiler.from_dtype(np.dtype(ARRAYS[kind]))
            arguments.append(f"carray(point(block[{reached}]), (int64(block[{reached + 1}]),), {kind})")
            reached += 2
        else:
            arguments.append(f"int64(block[{reached}])" if kind == "L" else f"block[{reached}]")
            reached += 1
    for place, kind in enumerate(loose):
        types += (compiler.types.CPointer(compiler.from_dtype(np.dtype(ARRAYS[kind]))), numba.int64)
        parameters += (f"p{place}", f"n{place}")
        arguments.append(f"carray(p{place}, (n{place},))")
    # Numba wants a function with so many parameters; only text can be given any number of them.
    body = f"    block = carray(block, ({reached},))\n    function({', '.join(arguments)})"
    exec(f"def entry({', '.join(parameters)}):\n{body}", names)
    return numba.cfunc(numba.void(*types))(names["entry"])


@intrinsic
def _point(_: Any, address: Any) -> Any:
    """Make a pointer of a number."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

    pointer: Any = numba
    return pointer.types.voidptr(address), emit
