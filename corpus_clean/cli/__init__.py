"""The command line: one small file a command, and the exit codes.

0 done or clean · 1 findings or changed · 2 usage, configuration or input/output · 3 done, with records quarantined ·
4 integrity failure · 11 locked by another run · 130/143 stopped by a signal.
"""

import atexit
import os
import signal
import sys
from contextlib import suppress
from io import TextIOWrapper
from types import FrameType
from typing import NoReturn

import typer

from corpus_clean.cli.baseline import baseline
from corpus_clean.cli.check import check
from corpus_clean.cli.dedup import dedup
from corpus_clean.cli.explain import explain
from corpus_clean.cli.fix import fix
from corpus_clean.cli.index import index
from corpus_clean.cli.init import init
from corpus_clean.cli.quotes import quotes
from corpus_clean.cli.report import report
from corpus_clean.cli.restore import restore
from corpus_clean.cli.rules import rules
from corpus_clean.cli.run import run
from corpus_clean.cli.verify import verify
from corpus_clean.errors import CorpusCleanError
from corpus_clean.storage.process import settle_process

app = typer.Typer(
    help="Turn a folder of web news into a clean, de-duplicated, accounted-for corpus.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # Rich help triples the start-up time
    pretty_exceptions_enable=False,
)
for command in (run, dedup, index, quotes, check, fix, init, explain, verify, restore, report):
    app.command()(command)
app.add_typer(baseline, name="baseline")
app.add_typer(rules, name="rules")


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"corpus-clean {version('corpus-clean')}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", help="Print the version.", callback=_print_version, is_eager=True),
) -> None:
    pass


def main() -> NoReturn:
    """Run the command line and exit; whatever goes wrong with the input is one line on stderr."""
    signal.signal(signal.SIGTERM, _stop)
    settle_process()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal of another charset gets escapes, not a crash
    code = 2
    try:
        code = _invoke()
        sys.stdout.flush()
    except BrokenPipeError:
        # The same, noticed at the last flush; leave nothing for the interpreter to flush again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except CorpusCleanError as error:
        _complain(str(error))
        code = error.exit_code
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _complain(f"{where}{error.strerror or error}; check the path, the rights and the space left")
    except Exception as error:
        # What the libraries for tables say of a file that was whole a moment ago; everything else is a fault of ours.
        if type(error).__module__.partition(".")[0] not in {"duckdb", "_duckdb", "pyarrow"}:
            raise
        words = " ".join(str(error).split())
        _complain(f"a table cannot be written or read back ({words}); check the disk and the space left")
    _exit(code)


def _exit(code: int) -> NoReturn:
    """End the process as it is: to take every object of it apart takes as long as a thousand documents."""
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # said already, if it matters
            stream.flush()
    os._exit(code)


def _invoke() -> int:
    try:
        result = app(standalone_mode=False)
    except typer.Abort:
        return 130
    except SystemExit as stop:
        if stop.code != 1:
            raise
        return 0  # Typer leaves this way, and only this way, when the reader of our output has seen enough
    except typer.TyperException as error:
        _complain(f"{error.format_message()} (see corpus-clean --help)")
        return 2
    return result if isinstance(result, int) else 0


def _complain(message: str) -> None:
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in message)
    print(f"corpus-clean: {shown}", file=sys.stderr)


def _stop(signal_number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + signal_number)
