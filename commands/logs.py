"""Logs on stderr: sources, refs and frames of code, never content or the values of variables."""

import logging
import sys
import traceback
from types import TracebackType

import structlog
from structlog.typing import EventDict, ExcInfo, WrappedLogger


def set_up() -> None:
    """One line an event: for a person on a terminal, JSON otherwise (which also closes log injection)."""
    person = sys.stderr.isatty()
    logging.basicConfig(handlers=[_Foreign()], level=logging.WARNING, force=True)
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # our jobs tell of their own failures
    logging.getLogger("telethon").setLevel(logging.CRITICAL)  # our accounts tell of theirs
    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="%H:%M:%S" if person else "iso", utc=not person),
            structlog.processors.add_log_level,
            frames_only,
            structlog.dev.ConsoleRenderer() if person else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


class _Foreign(logging.Handler):
    """What libraries log: the first line of their own words and the frames, never the values put into them."""

    def emit(self, record: logging.LogRecord) -> None:
        words = str(record.msg).partition("\n")[0]
        structlog.get_logger().log(record.levelno, words, logger=record.name, exc_info=record.exc_info)


def frames_only(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Put where an exception came from in place of what it says: its text may quote a post."""
    found: ExcInfo | bool | BaseException | None = event.pop("exc_info", None)
    error = sys.exception() if found is True else found
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["at"] = frames(error.__traceback__)
    return event


def frames(at: TracebackType | None) -> list[str]:
    """File and line of each frame, innermost last."""
    return [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in traceback.extract_tb(at)]
