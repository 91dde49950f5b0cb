"""What went wrong on the way to a page, before it is known whose fault it is."""

from datetime import UTC, datetime, timedelta

from crawler.collector import CollectorError, SourceUnavailable


class Trouble(Exception):
    """What went wrong, before it is known whose fault it is; never leaves `Client.get`."""

    def __init__(
        self,
        reason: str,
        kind: type[CollectorError] = SourceUnavailable,
        *,
        again: bool = False,  # worth another try within this `get`
        pause: float | None = None,  # seconds the site asked us to stay away
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.kind = kind
        self.again = again
        self.pause = pause

    def seen_from(self, where: str) -> CollectorError:
        """The error a collector sees."""
        text = f"{where}: {self.reason}"
        if self.kind is SourceUnavailable and self.pause is not None:
            return SourceUnavailable(text, until=datetime.now(UTC) + timedelta(seconds=self.pause))
        return self.kind(text)
