"""Everything this package raises on purpose.

    CorpusCleanError              exit 2 unless said otherwise
    ├── UsageError                a wrong path, option or request
    ├── ConfigError               a configuration file or value that cannot be used
    ├── PackError                 a rule pack or lexicon that does not hold what it must
    ├── RejectedRecordError       one record cannot be processed; it goes to quarantine
    ├── IntegrityError            what was written does not give the input back (exit 4)
    └── LockedError               another run is writing the same output (exit 11)

Each message is one line that says what, where and what to do.
"""


class CorpusCleanError(Exception):
    """Base of all errors of this package; `exit_code` is what the command line returns."""

    exit_code = 2


class UsageError(CorpusCleanError):
    """A path, option or request that cannot be carried out."""


class ConfigError(CorpusCleanError):
    """A configuration file, key or value that cannot be used."""


class PackError(CorpusCleanError):
    """A rule pack or lexicon that is malformed, or whose own examples fail."""


class RejectedRecordError(CorpusCleanError):
    """One record cannot be processed.

    `stage` and `reason` are short and stable (they are counted in reports);
    `detail` is for the person who reads the quarantine.
    """

    def __init__(self, stage: str, reason: str, detail: str = "") -> None:
        super().__init__(f"{stage}: {reason}{': ' + detail if detail else ''}")
        self.stage = stage
        self.reason = reason
        self.detail = detail


class IntegrityError(CorpusCleanError):
    """The output and the ledger do not give the input back; nothing was published."""

    exit_code = 4


class LockedError(CorpusCleanError):
    """Another run holds the lock of this output."""

    exit_code = 11
