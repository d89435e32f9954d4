"""WARC and WET: a page becomes a conversion record, as in Common Crawl's WET files; a conversion stays one."""

import base64
import hashlib
import re
import uuid

from corpus_clean.storage.names import fit_name
from corpus_clean.storage.streams import strip_compression
from corpus_clean.writers.text import choose_codec, choose_form, unwrap, wrap

__all__ = ["choose_codec", "choose_form", "join", "name_output", "unwrap", "wrap"]

_HEADER = re.compile(rb"^([\w-]+):[ \t]*(.*?)[ \t]*\r?$", re.MULTILINE)


def name_output(path: str) -> str:
    """Return the name of the WET file for a WARC file; the same for a WET file.

    Example:
        >>> name_output("a/berita.warc.gz"), name_output("berita.warc.wet.gz")
        ('a/berita.warc.wet.gz', 'berita.warc.wet.gz')
    """
    plain = strip_compression(path)
    if plain.lower().endswith(".wet"):
        return path
    folder, slash, name = plain.rpartition("/")
    return folder + slash + fit_name(name, ".wet" + path[len(plain) :])


def join(prefix: bytes, payload: bytes, suffix: bytes) -> bytes:
    r"""Return the conversion record for a text, from the headers of the record it was taken from.

    Of a conversion only the length and the digest are new; the same text gives the same record.

    Example:
        >>> head = b"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: <urn:a>\r\nContent-Length: 9\r\n\r\n"
        >>> join(head, b"Halo.", b"").endswith(b"<urn:a>\r\nContent-Length: 5\r\n\r\nHalo.\r\n\r\n")
        True
    """
    found = {name.lower(): value for name, value in _HEADER.findall(prefix)}
    digest = b"sha1:" + base64.b32encode(hashlib.sha1(payload, usedforsecurity=False).digest())
    if found.get(b"warc-type", b"").lower() == b"conversion":
        new = {b"content-length": b"%d" % len(payload), b"warc-block-digest": digest, b"warc-payload-digest": digest}
        headers = _HEADER.sub(lambda line: _renew(line, new), prefix)
    else:
        original = found.get(b"warc-record-id", b"")
        record_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{original.decode('latin-1')} {digest.decode()}")
        lines = [
            b"WARC/1.0",
            b"WARC-Type: conversion",
            *(b"WARC-Target-URI: " + value for value in [found.get(b"warc-target-uri")] if value),
            *(b"WARC-Date: " + value for value in [found.get(b"warc-date")] if value),
            b"WARC-Record-ID: <urn:uuid:%s>" % str(record_id).encode(),
            *(b"WARC-Refers-To: " + value for value in [original] if value),
            b"WARC-Block-Digest: " + digest,
            b"Content-Type: text/plain",
            b"Content-Length: %d" % len(payload),
            b"",
            b"",
        ]
        headers = b"\r\n".join(lines)
    return headers + payload + b"\r\n\r\n"


def _renew(line: re.Match[bytes], new: dict[bytes, bytes]) -> bytes:
    value = new.get(line[1].lower())
    if value is None:
        return line[0]
    ending = b"\r" if line[0].endswith(b"\r") else b""
    return line[1] + b": " + value + ending
