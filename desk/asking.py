"""One request as a page sees it: who asks, in which language, with what form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.datastructures import QueryParams

from storage.accounts import Role
from storage.sessions import Visitor


class RefusedError(Exception):
    """What was asked cannot be done. The text says why and how to mend it, in the reader's language."""

    def __init__(self, why: str, status: int = 400) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that was sent."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """What was filled in. A field that is missing is empty."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    def one(self, name: str, most: int = 500) -> str:
        """A field without blanks around it, cut at so many characters."""
        values = self.fields.get(name) or ("",)
        return values[0].strip()[:most]

    def secret(self, name: str) -> str:
        """A field exactly as it was typed."""
        values = self.fields.get(name) or ("",)
        return values[0][:1_000]

    def many(self, name: str) -> Sequence[str]:
        """Every value of a field: boxes that were ticked."""
        return self.fields.get(name, ())

    def number(self, name: str) -> int | None:
        """A whole number, if that is what was filled in."""
        value = self.one(name, 12)
        return int(value) if value.isascii() and value.isdigit() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request."""

    path: str
    query: QueryParams
    params: Mapping[str, str]  # of the route
    form: Form
    visitor: Visitor | None
    language: str
    nonce: str
    address: str  # the network address it comes from

    @property
    def who(self) -> Visitor:
        """Who asks; routes that need nobody never call it."""
        if self.visitor is None:
            raise RefusedError("sign in first", 401)
        return self.visitor

    def may(self, role: str) -> bool:
        """Whether the visitor has at least this role."""
        return self.visitor is not None and self.visitor.role >= Role[role.upper()]
