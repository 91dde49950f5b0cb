"""What can go wrong with the store. Every text says what, where and how to mend it, in one line.

StoreError
├── SourceBusyError   another process holds what was asked for
└── SealError         a key or a sealed file is not usable
"""


class StoreError(Exception):
    """The store cannot be used as asked."""


class SourceBusyError(StoreError):
    """Another process holds what was asked for; its name is in the text."""


class SealError(StoreError):
    """A key or a sealed file is not usable."""
