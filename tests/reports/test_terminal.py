"""The findings on a terminal and in a pipe: nothing steers it, nothing is read as markup, every width is readable."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from corpus_clean.pipeline.run import run
from corpus_clean.reports.layout import Hanging, style_words
from corpus_clean.reports.quote_clusters import QuoteCluster, Variant, read_quote_clusters
from corpus_clean.reports.tables import open_tables
from corpus_clean.reports.terminal import lay_out_quote
from tests.conftest import ONE_WORKER, ROOT
from tests.reports.steering import write_steering

COMMAND = [sys.executable, "-m", "corpus_clean.cli"]
# All but line feeds; styles are what the program itself may send to a terminal.
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
STYLES = re.compile(r"\x1b\[[0-9;]*m")
COMMANDS = [
    ["report"],
    ["report", "--format", "md"],
    ["report", "--json"],
    ["quotes"],
    ["quotes", "--json"],
    ["explain", "[/foo].txt", "--in"],
    ["explain", "esc\x1b[31m\n.txt", "--in"],
    ["explain", "r.jsonl#0", "--in"],
    ["explain", "r.jsonl#3", "--in"],
    ["explain", "r.jsonl#0", "--json", "--in"],
]


def call(*arguments: object, columns: int = 80) -> str:
    result = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": str(columns)},
        stdin=subprocess.DEVNULL,
        check=True,
    )
    return result.stdout.decode()


def call_on_terminal(*arguments: object, columns: int) -> str:
    """Run a command on a pseudo-terminal and return what it sent, in the terminal's own line ends."""
    import fcntl
    import struct
    import termios

    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "NO_COLOR"}}
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        env={**environment, "TERM": "xterm-256color"},
    )
    os.close(theirs)
    sent = b""
    try:
        while part := os.read(ours, 65536):
            sent += part
    except OSError:  # the way a pseudo-terminal says that its other end is closed
        pass
    os.close(ours)
    assert process.wait() == 0
    return sent.decode()


@pytest.fixture(scope="module")
def steering_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("steering")
    write_steering(folder / "in")
    run(folder / "in", folder / "out", ONE_WORKER)
    return folder / "out"


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_nothing_steers_the_terminal(steering_out: Path, arguments: list[str]) -> None:
    said = call(*arguments, steering_out)
    assert STEERING.findall(said) == []
    if arguments != ["explain", "r.jsonl#3", "--in"]:
        assert "owned" in said or "esc\\x1b[31m\\n.txt" in said, "the hostile text is there, harmless"


@pytest.mark.parametrize("arguments", [["report"], ["quotes"], ["explain", "r.jsonl#0", "--in"]], ids=" ".join)
def test_on_a_terminal_there_are_only_styles(steering_out: Path, arguments: list[str]) -> None:
    sent = call_on_terminal(*arguments, steering_out, columns=80)
    assert STYLES.search(sent)
    assert STEERING.findall(STYLES.sub("", sent).replace("\r\n", "\n")) == []


def test_names_are_no_markup(steering_out: Path) -> None:
    said = call("report", steering_out)
    for name in ("[/foo].txt", "esc\\x1b[31m\\n.txt", "[bold]/`a|b`\\x1b]8;;x\\x07<b>.exe"):
        assert name in said
    assert "judul [/b]" in call("explain", "[/foo].txt", "--in", steering_out, columns=200)


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize(
    "arguments", [["report"], ["quotes"], ["explain", "kompas/selat-merbau.txt", "--in"]], ids=" ".join
)
def test_lines_fit_and_end_where_their_words_do(newsroom_out: Path, arguments: list[str], columns: int) -> None:
    from rich.cells import cell_len

    said = call(*arguments, newsroom_out, columns=columns)
    for line in said.splitlines():
        assert cell_len(line) <= columns
        assert line == line.rstrip()
    sent = STYLES.sub("", call_on_terminal(*arguments, newsroom_out, columns=columns)).replace("\r\n", "\n")
    for line in sent.splitlines():
        assert cell_len(line) <= columns
        assert line == line.rstrip()


def test_the_words_do_not_depend_on_the_width(newsroom_out: Path) -> None:
    narrow, wide = (call("report", newsroom_out, columns=columns) for columns in (60, 300))
    assert "".join(narrow.split()) == "".join(wide.split())


def test_rules_stand_in_a_column_of_their_own(newsroom_out: Path) -> None:
    lines = call("report", newsroom_out).splitlines()
    rules = [line for line in lines if re.match(r" +\d+ × ", line)]
    assert len(rules) == 12
    assert len({re.search(r"\S+$", line).start() for line in rules if re.search(r"\S+$", line)}) == 1  # type: ignore[union-attr]


def test_in_a_pipe_removals_are_marked_with_characters(newsroom_out: Path) -> None:
    said = call("explain", "kompas/selat-merbau.txt", "--in", newsroom_out, columns=200)
    assert "[-Baca juga:-]" in said
    assert re.search(r"\[-KOMPAS\.com - -\]Sekretaris", said)


def _variant(text: str, doc_id: str, published: str = "", portal: str = "") -> Variant:
    return Variant(doc_id, portal, published, "Sarma", text, keeper=False)


def lines_of(renderable: object, width: int = 80) -> list[str]:
    from io import StringIO

    from rich.console import Console

    console = Console(file=StringIO(), width=width, highlight=False)
    console.print(renderable)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().splitlines()


def test_the_first_carrier_is_named_by_its_portal() -> None:
    variants = [_variant("air surut", "b" * 70, "2024-11-02", "kota"), _variant("air surut", "a" * 70, "2024-11-01")]
    heading = [*lay_out_quote(QuoteCluster("q", "Sarma", ["number"], variants), plain=True)][1]
    assert lines_of(heading) == ["  Sarma  in 2 documents, first on 2024-11-01 · number"]


def test_words_that_do_not_fit_beside_their_label_go_below_it() -> None:
    label, words = style_words("15 ×  1,147  "), style_words("id/common.baca-juga-titled\nA line")
    assert lines_of(Hanging(words, 2, label)) == [
        "  15 ×  1,147  id/common.baca-juga-titled",
        "               A line",
    ]
    assert lines_of(Hanging(words, 2, label), 40) == [
        "  15 ×  1,147",
        "      id/common.baca-juga-titled",
        "      A line",
    ]


def test_quotes_can_be_chosen(newsroom_out: Path) -> None:
    with open_tables(newsroom_out) as tables:
        every = read_quote_clusters(tables)
    assert len(every) > 3
    shown = json.loads(call("quotes", newsroom_out, "--json"))
    assert [cluster["cluster_id"] for cluster in shown] == [cluster.cluster_id for cluster in every]
    assert len(json.loads(call("quotes", newsroom_out, "--json", "--most", 2))) == 2
    assert call("quotes", newsroom_out, "--most", 2).endswith(
        f"\n2 of {len(every)} quotes carried by more than one document\n"
    )
    by_one = [cluster for cluster in every if "sangaji" in cluster.speaker.casefold()]
    assert 0 < len(by_one) < len(every)
    found = json.loads(call("quotes", newsroom_out, "--json", "--speaker", "SANGAJI"))
    assert [cluster["cluster_id"] for cluster in found] == [cluster.cluster_id for cluster in by_one]
    assert call("quotes", newsroom_out, "--speaker", "nobody at all").strip().startswith("0 quotes")


def test_a_quote_and_a_sentence_of_it_count_once_and_the_keeper_stays(newsroom_out: Path) -> None:
    with open_tables(newsroom_out) as tables:
        for cluster in read_quote_clusters(tables):
            assert [variant.keeper for variant in cluster.variants].count(True) == 1
            for one in cluster.variants:
                for other in cluster.variants:
                    assert one is other or one.doc_id != other.doc_id or one.text not in other.text


def test_deduplication_alone_has_a_report_too(newsroom: Path, tmp_path: Path) -> None:
    from corpus_clean.pipeline.dedup import dedup

    dedup(newsroom, tmp_path / "out", ONE_WORKER)
    said = call("report", tmp_path / "out")
    assert "duplicates left out" in said
    assert "measured again" not in said, "there are no texts to measure"
    report = json.loads(call("report", tmp_path / "out", "--json"))
    assert report["removal_check"] is None
    taken = sum(count for name, count in report["characters"].items() if name not in {"in", "out"})
    assert taken == report["characters"]["dedup"] > 0
    assert "tempo/kereta-lembah-aru.txt" in call("report", tmp_path / "out", "--format", "md")
    assert "Content-Security-Policy" in call("report", tmp_path / "out", "--format", "html")
