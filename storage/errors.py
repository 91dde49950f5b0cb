"""What can go wrong with the store. Every text says what, where and how to mend it, in one line.

StoreError
├── SourceBusyError   another process holds what was asked for
└── SealError         a key or a sealed file is not usable

UnkeepableError       one reading cannot be kept whatever the store does: a fault of ours, met by a hostile post
"""


class StoreError(Exception):
    """The store cannot be used as asked."""


class SourceBusyError(StoreError):
    """Another process holds what was asked for; its name is in the text."""


class UnkeepableError(Exception):
    """A reading holds what the tables refuse. The text names the kind of fault, never content."""


class SealError(StoreError):
    """A key or a sealed file is not usable."""
