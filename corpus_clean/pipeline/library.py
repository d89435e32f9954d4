"""The pipeline as functions, for a notebook or another program: texts in, findings out, no files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from corpus_clean.config import Config, DedupConfig, QuotesConfig
from corpus_clean.dedup.keeper import Candidate, assign_keepers
from corpus_clean.dedup.relations import relate_documents
from corpus_clean.dedup.segment import shingle_segment
from corpus_clean.errors import RejectedRecordError
from corpus_clean.pipeline.clean import clean_decoded, load_rules
from corpus_clean.pipeline.decide import REMOVING
from corpus_clean.pipeline.records import require_unicode
from corpus_clean.quotes.link import link_documents
from corpus_clean.similarity.compare import compare_shingles
from corpus_clean.types import Document, Edit, Link, Media, Metadata, Quote, Record


@dataclass(frozen=True, slots=True)
class CleanResult:
    """A clean text, what is known of it, what is said in it, and every edit that made it so."""

    text: str
    language: str
    portal: str
    metadata: Metadata
    quotes: tuple[Quote, ...]
    edits: tuple[Edit, ...]


def clean(
    text: str,
    *,
    html: bool = False,
    url: str = "",
    metadata: Metadata | None = None,
    config: Config | None = None,
) -> CleanResult:
    r"""Clean one text: mojibake, page furniture (with `html`), portal noise. `run` makes the same of it.

    Args:
        text: an article, or with `html` a page.
        html: the text is a page.
        url: where it came from, if known; it tells the portal.
        metadata: what else is known of it.
        config: the settings (default: the built-in ones).

    Raises:
        RejectedRecordError: there is no article in it.

    Example:
        >>> clean("Hujan turun.\nADVERTISEMENT\nWarga siaga.").text
        'Hujan turun.\nWarga siaga.'
    """
    config = config or Config()
    if not text.strip():
        raise RejectedRecordError("read", "empty", "holds no text at all")
    require_unicode(text)
    known = replace(metadata or Metadata(), url=url or (metadata.url if metadata else ""))
    form: tuple[str, Media] = ("html", "page") if html else ("text", "text")
    record = Record("text", "text", 0, form[0], b"", metadata=known, media=form[1])
    cleaned = clean_decoded(record, text, "utf-8", load_rules(config), config)
    document = cleaned.document
    return CleanResult(
        document.text,
        document.language,
        document.portal,
        document.metadata,
        cleaned.reading.quotes if cleaned.reading else (),
        cleaned.edits,
    )


@dataclass(frozen=True, slots=True)
class DedupResult:
    """`kept` are indexes into the input; `duplicate_of` maps each other index to its keeper's and their likeness."""

    kept: tuple[int, ...]
    duplicate_of: dict[int, tuple[int, float]]


def deduplicate(texts: Sequence[str], config: DedupConfig | None = None) -> DedupResult:
    """Find near-duplicates by comparing every pair exactly; meant for texts that fit in memory by the hundred.

    `run` does the same for a folder of any size, with MinHash in front of the exact comparison.

    Example:
        >>> story = "Air mulai surut di Kota Seling pada Selasa pagi dan warga kembali ke rumah mereka."
        >>> deduplicate([story, "Harga cabai naik lagi di pasar induk.", story]).duplicate_of
        {2: (0, 1.0)}
    """
    config = config or DedupConfig()
    shingles = [shingle_segment(text) for text in texts]
    alike: dict[tuple[str, str], float] = {}
    for i, j in combinations(range(len(texts)), 2):
        match = compare_shingles(shingles[i], shingles[j])
        if match.jaccard and relate_documents(texts[i], texts[j], match, config) in REMOVING:
            alike[f"{i:09d}", f"{j:09d}"] = match.jaccard
    candidates = [Candidate(f"{i:09d}", len(text)) for i, text in enumerate(texts)]
    groups = assign_keepers(candidates, alike, config.keep)
    duplicates = {
        int(copy): (int(keeper), value) for keeper, copies in groups.items() for copy, value in copies.items()
    }
    kept = tuple(index for index in range(len(texts)) if index not in duplicates)
    return DedupResult(kept, dict(sorted(duplicates.items())))


def link_quotes(documents: Iterable[Document], config: QuotesConfig | None = None) -> list[Link]:
    """Find and link the quotes that these articles share.

    Example:
        >>> said = '"Jalan itu kami buka lagi pada hari Senin pekan depan," kata Bupati Sarma Wirya.'
        >>> [link.grade for link in link_quotes([Document("a", said), Document("b", "Warga lega. " + said)])]
        ['A']
    """
    return link_documents(list(documents), config or QuotesConfig())
