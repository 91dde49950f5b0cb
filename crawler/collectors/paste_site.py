"""Which family a paste site belongs to, where its root lies, and which of its pastes a URL names."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.client import Client
from crawler.collector import AccessDenied, CollectorError, JsonValue, SourceChanged, SourceUnavailable
from crawler.pages.paste import FAMILIES, Family, JsonList, read_list
from crawler.sandbox import PageRefusedError, Sandbox, SandboxError

USUAL_PORTS = (("http", 80), ("https", 443))


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A paste site, and the paste of it that was asked for, if it was one."""

    family: Family
    root: str  # its address, with a slash at its end
    paste: str | None = None

    @property
    def place(self) -> str:
        """Where its pastes were published: host, port if it is an unusual one, folder if it is not the whole host."""
        return self.root.partition("://")[2].rstrip("/")

    @property
    def says_what_burns(self) -> bool:
        """Whether no paste of it is destroyed by being read, or its list or answer says which."""
        return not (isinstance(self.family.list_form, JsonList) and self.family.list_form.closed)


def known_site(url: str, family_name: JsonValue) -> Site | None:
    """The site at a URL whose family is known from before; None where it is not."""
    if not isinstance(family_name, str) or family_name not in FAMILIES:
        return None
    family = FAMILIES[family_name]
    return Site(family=family, root=site_root(url, family))


async def find_site(url: str, client: Client, sandbox: Sandbox) -> Site:
    """The site a URL belongs to, found by asking for the list of each family at each place it may lie.

    The URL itself is not asked for: it may be a paste that burns. Raises `CollectorError`.
    """
    host = urlsplit(url).hostname or ""
    possible = list(_possible(url))
    refusals: list[CollectorError] = []
    for root, family, paste in possible:
        try:
            page = await client.get(root + family.list_path.format(limit=1))
        except (AccessDenied, SourceChanged) as error:
            refusals.append(error)
            continue
        with suppress(SourceChanged):
            found = await parsed(sandbox, host, read_list, family.name, page.text, root, page.url)
            if page.status == 200 and found is not None:
                return Site(family=family, root=root, paste=paste)
    denied = [error for error in refusals if isinstance(error, AccessDenied)]
    # Where nothing at all was shown, why that is says more than that nothing was recognised.
    if denied or len(refusals) == len(possible):
        raise [*denied, *refusals][0]
    raise SourceChanged(f"{host}: not a paste site of a kind we know")


def _possible(url: str) -> Iterator[tuple[str, Family, str | None]]:
    """Where a site may lie, of which family, and the paste the URL would be then."""
    for family in FAMILIES.values():
        yield site_root(url, family), family, None
    whole = url.partition("#")[0].partition("?")[0].rstrip("/")
    for family in FAMILIES.values():
        for form in (family.page_path, family.raw_path):
            before, _, behind = form.partition("{ref}")
            if found := re.search(rf"/{re.escape(before)}({family.ref.pattern}){re.escape(behind)}\Z", whole):
                yield site_root(whole[: found.start()], family), family, found[1]


async def parsed(sandbox: Sandbox, place: str, parser: Callable[..., JsonValue], *arguments: JsonValue) -> JsonValue:
    """What a parser makes of a page, with our own errors."""
    try:
        return await sandbox.run(parser, *arguments)
    except PageRefusedError as error:
        raise SourceChanged(f"{place}: its list could not be parsed: {error}") from None
    except SandboxError as error:
        raise SourceUnavailable(f"{place}: {error}") from None


def site_root(url: str, family: Family) -> str:
    """The address of a site, given that or its list, with a slash at its end and without a usual port.

    >>> site_root("https://Paste.test:8443/bin/recent?page=2", FAMILIES["pasttle"])
    'https://paste.test:8443/bin/'
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise SourceChanged("the address of this source is no URL") from None
    path = parts.path.rstrip("/")
    for known in (family.list_path.split("?")[0], *family.other_lists):
        path = path.removesuffix(f"/{known}")
    name = f"[{host}]" if ":" in host else host
    shown = f":{port}" if port and (parts.scheme, port) not in USUAL_PORTS else ""
    return f"{parts.scheme}://{name}{shown}{path}/"
