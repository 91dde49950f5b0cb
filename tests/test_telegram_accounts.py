"""The whole program as installed, with an account, before a pretend Telegram: login, watching, sweeping, states."""

import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from storage.alerts import list_alerts
from storage.filters import AlertFilter
from storage.sources import added, bookmark_of, statuses
from storage.store import Store
from tests.crawler.preview_server import InventedChannel
from tests.crawler.preview_server import serving as serving_preview
from tests.telegram_server.serving import Served, serving
from tests.telegram_server.world import CODE, Channel, RpcError, Telegram, flood, forwarded
from tests.test_house import free_port, page
from tests.test_live_sources import House, is_one_line, listed, source, stopped, waited
from vigifuite import run_command

LEAK = "Vends base patients Quorvane, 491 840 lignes"
ACCOUNT = """
[[crawler.accounts]]
name = "{name}"
secrets = "{name}.toml"
sources = {sources}
server = "127.0.0.1:{port}"
server_key = "server.pem"
"""
SOURCE = (
    '[[crawler.sources]]\nname = "annonces"\nkind = "telegram-account"\ntarget = "@annonces"\ninterval = "{every}"\n'
)
# A configured preview, whose way all others of its host take.
THROUGH_LOOPBACK = source("other", "telegram", "@another")


class TelegramHouse(House):
    """An installation with an account; its short commands run in this process, `run` in one of its own."""

    def __call__(self, *arguments: str, answers: str = "") -> "subprocess.CompletedProcess[str]":
        out, said, stdin, here = io.StringIO(), io.StringIO(), sys.stdin, Path.cwd()
        os.chdir(self.folder)
        sys.stdin = io.StringIO(answers)
        try:
            with redirect_stdout(out), redirect_stderr(said):
                code = run_command(list(arguments))
        finally:
            sys.stdin = stdin
            os.chdir(here)
        return subprocess.CompletedProcess(arguments, code, out.getvalue(), said.getvalue())

    def enrol(self, name: str = "first", answers: str = f"{CODE}\n") -> "subprocess.CompletedProcess[str]":
        return self("telegram", "login", name, answers=answers)

    def sweep(self, *arguments: str) -> dict[str, Any]:
        ended = self("sweep", *arguments, "--json")
        return {"code": ended.returncode, "said": ended.stderr, **json.loads(ended.stdout.splitlines()[-1])}


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture
def channel(telegram: Telegram) -> Channel:
    return telegram.channel("annonces")


@pytest.fixture
def served(telegram: Telegram) -> Iterator[Served]:
    with serving(telegram) as running:
        yield running


def account(served: Served, folder: Path, name: str = "first", sources: str = '["*"]') -> str:
    served.write_key(folder)
    secrets = folder / f"{name}.toml"
    secrets.write_text(f'api_id = 1\napi_hash = "{"a" * 32}"\nphone = "3360000000{1 if name == "first" else 2}"\n')
    secrets.chmod(0o600)
    return ACCOUNT.format(name=name, sources=sources, port=served.port)


@pytest.fixture
def house(tmp_path: Path, store: Store, served: Served) -> TelegramHouse:
    """It knows how to reach Telegram; nobody is logged in yet."""
    made = TelegramHouse(tmp_path, store, free_port())
    made.configure(account(served, tmp_path))
    return made


def configure(house: TelegramHouse, served: Served, *sources: str) -> None:
    house.configure(account(served, house.folder), *sources)
    path = house.folder / "config.toml"
    path.write_text(path.read_text().replace('pace = "0s"', 'pace = "0s"\naccount_pace = "0s"'))


class TestLogin:
    def test_by_telephone(self, house):
        """The code is asked for; then the account is ready, and status says so."""
        before = house("telegram", "status")
        ended = house.enrol()
        after = house("telegram", "status", "--json")

        assert (1, 0, 0) == (before.returncode, ended.returncode, after.returncode)
        assert "not logged in" in before.stdout
        assert "account first is logged in\n" == ended.stdout
        assert "not used yet" == json.loads(after.stdout)["state"]

    def test_with_a_password(self, house, telegram):
        """Asked for after the code; a wrong code may be mended."""
        telegram.passwords["33600000001"] = "hunter-2"
        ended = house.enrol(answers=f"1\n{CODE}\nhunter-2\n")

        assert 0 == ended.returncode
        assert "hunter-2" not in ended.stdout + ended.stderr

    def test_no_secret_is_ever_told(self, house, telegram):
        """Not even by a login that fails in every way."""
        telegram.faults["SendCodeRequest"].extend([flood(600), RpcError(500, "INTERNAL"), RpcError(400, "X")])
        said = "".join(ended.stdout + ended.stderr for ended in (house.enrol() for _ in range(3)))

        assert "33600000001" not in said
        assert "a" * 32 not in said

    def test_an_account_nobody_declared(self, house):
        """One line, exit code 2, whichever command names it."""
        commands = [
            ("telegram", "login", "second"),
            ("telegram", "move", "first", "--to", "second"),
            ("sources", "add", "@annonces", "--account", "second"),
            ("sweep", "@annonces", "--account", "second"),
        ]
        ended = [house(*arguments) for arguments in commands]

        assert [2] * 4 == [each.returncode for each in ended]
        assert all(is_one_line(each.stderr) and "no account named second" in each.stderr for each in ended)


class TestRun:
    def test_a_member_hears_of_a_leak_at_once(self, house, telegram, served, channel):
        """Looked at once an hour, yet what is pushed stands on the desk at once: a leak, its edit, its deletion."""
        configure(house, served, SOURCE.format(every="1h"))
        house.enrol()
        channel.members.add(500)
        telegram.post(channel, "bonjour")
        with house.running() as process:
            waited(lambda: house.told("read", source="annonces"))
            telegram.post(channel, LEAK)
            [number] = waited(house.alerts_on_the_desk)
            shown = f"{house.desk}/alerts/{number}"
            telegram.edit(channel, 2, f"{LEAK}, vendu")
            edited = waited(lambda: page(shown), lambda seen: "vendu" in seen)
            telegram.delete(channel, 2)
            deleted = waited(lambda: page(shown), lambda seen: "found deleted" in seen)
            served.hang_up()
            telegram.post(channel, LEAK)
            waited(lambda: len(house.alerts()) == 2)
            code = stopped(process)
        first, _ = sorted(list_alerts(house.store, AlertFilter()), key=lambda alert: alert.number)

        assert "vendu" in edited
        assert "found deleted" in deleted
        assert [LEAK, f"{LEAK}, vendu"] == [revision.reading.text for revision in first.revisions]
        assert (0, ["2", "3"]) == (code, house.alerts())

    def test_each_state_is_told_and_nobody_else_is_delayed(self, house, telegram, served, tmp_path):
        """Private, gone, renamed, taken, an account lost: each with what to do, beside one that is well."""
        names = ("private", "gone", "moved", "squatted", "sound")
        channels = {name: telegram.channel(f"{name}_channel") for name in names}
        sources = [
            f'[[crawler.sources]]\nname = "{name}"\nkind = "telegram-account"\ntarget = "@{name}_channel"\n'
            'interval = "1s"\n'
            for name in names
        ]
        other = telegram.channel("other_channel")
        for each in (*channels.values(), other):
            telegram.post(each, "bonjour")
        lost = account(served, tmp_path, "second", '["lost"]')
        sources.append(
            '[[crawler.sources]]\nname = "lost"\nkind = "telegram-account"\ntarget = "@other_channel"\n'
            'interval = "1s"\n'
        )
        configure(house, served, *sources)
        path = house.folder / "config.toml"
        path.write_text(path.read_text().replace("[[crawler.accounts]]", f"{lost}\n[[crawler.accounts]]", 1))
        house.enrol()
        house.enrol("second")
        with house.running():
            for name in (*names, "lost"):
                waited(lambda name=name: house.told("read", source=name))
            channels["private"].is_public = False
            del telegram.channels[channels["gone"].id]
            channels["moved"].username = "moved_on"
            channels["squatted"].username = "squatted_on"
            telegram.channel("squatted_channel")
            telegram.lost[501] = RpcError(401, "SESSION_REVOKED")
            states = {"private": "private", "gone": "gone", "moved": "renamed", "squatted": "taken", "lost": "revoked"}

            def found() -> dict[str, str]:
                return {name: status.health.state.value for name, status in statuses(house.store).items()}

            waited(found, lambda now: states.items() <= now.items())
            seen = {name: each["state"] for name, each in listed(house("sources", "list", "--json")).items()}
            for name in ("moved", "squatted", "sound"):
                telegram.post(channels[name], LEAK)
            alerted = waited(house.alerts, lambda refs: len(refs) == 3)
            status = house("telegram", "status")
            doctor = house("doctor")

        assert {**states, "sound": seen["sound"]} == seen
        assert seen["sound"] in ("ok", "quiet")
        assert ["2", "2", "2"] == alerted
        assert 1 == status.returncode == doctor.returncode
        assert "telegram move" in status.stdout
        assert re.search(r"bad +source private: .*only members are let in", doctor.stdout)
        assert re.search(r"good +account first: ok", doctor.stdout)
        assert re.search(r"bad +account second: revoked", doctor.stdout)

    def test_a_short_rest_costs_no_interval(self, house, telegram, served, channel):
        """Flooded at its first look for two seconds: read as soon as those are over, not an hour later."""
        configure(house, served, SOURCE.format(every="1h"))
        house.enrol()
        telegram.post(channel, LEAK)
        telegram.faults["GetHistoryRequest"].append(flood(2))
        with house.running():
            waited(house.alerts)

        assert ["1"] == house.alerts()
        assert 1 == len(house.told("source_looked_at", state="waiting"))

    def test_the_account_is_busy(self, house, telegram, served, channel):
        """While the lookout reads through it a sweep says who has it; a source is added, to be looked at there."""
        configure(house, served)
        house.enrol()
        telegram.post(channel, LEAK)
        telegram.post(telegram.channel("autres"), "bonjour")
        house("sources", "add", "@autres", "--interval", "1s")
        with house.running():
            waited(lambda: house.told("read", source="autres"))
            swept = house("sweep", "@annonces")
            ended = house("sources", "add", "@annonces", "--interval", "1s")
            waited(house.alerts)

        assert (1, 0) == (swept.returncode, ended.returncode)
        assert "account first is held by process" in swept.stderr
        assert "added without a look" in ended.stderr
        assert ["1"] == house.alerts()


class TestSweep:
    def test_a_channel_since_a_moment_and_on_where_it_stopped(self, house, telegram, served, channel):
        """Killed on its way it goes on; swept again nothing is new; the source of the channel stays where it stood."""
        configure(house, served, SOURCE.format(every="1h"))
        house.enrol()
        for number in range(1, 3001):
            telegram.post(channel, LEAK if number % 100 == 0 else f"annonce {number}")
        gate = {"pages": 0}

        def slow(name: str, _: Any) -> None:
            gate["pages"] += name == "GetHistoryRequest"
            if gate["pages"] > 15:
                time.sleep(0.3)

        telegram.on_request = slow
        with house.running("sweep", "@annonces", "--since", "2026-01-01") as process:
            waited(house.alerts, lambda refs: len(refs) >= 10)
            time.sleep(1.2)  # a sweep writes down how far it came once a second
            process.kill()
            process.wait()
        telegram.on_request = lambda _name, _request: None
        kept, asked = len(house.alerts()), telegram.requests.count("GetHistoryRequest")
        resumed = house.sweep("@annonces", "--since", "2026-01-01")
        again = house.sweep("@annonces", "--since", "2026-01-01")

        assert 0 == resumed["code"] == again["code"]
        assert "going on at 2026-" in resumed["said"]
        assert resumed["posts"] < 2900
        assert 30 == kept + resumed["new_alerts"] == len(house.alerts())
        assert (3000, 0, 30) == (again["posts"], again["new_alerts"], again["known"])
        assert asked < 40
        assert {} == bookmark_of(house.store, "annonces")

    def test_words_and_one_post(self, house, telegram, served, channel):
        """The server looks for the words; a link leads to one post."""
        configure(house, served)
        house.enrol()
        for number in range(1, 401):
            telegram.post(channel, LEAK if number in (7, 390) else f"annonce {number}")
        found = house.sweep("@annonces", "--since", "2026-01-01", "--search", "quorvane")
        one = house.sweep("https://t.me/annonces/7")

        assert (0, 2, 2) == (found["code"], found["posts"], found["new_alerts"])
        assert (0, 1, 1) == (one["code"], one["posts"], one["known"])

    def test_the_preview_and_the_account_see_one_post(self, house, telegram, served):
        """One place, one ref: what the preview kept is known to the account."""
        shown = InventedChannel.of(3)
        shown.publish(LEAK)
        with serving_preview(shown) as address:
            house.configure(account(served, house.folder), THROUGH_LOOPBACK, telegram=address)
            house.enrol()
            through_web = house.sweep("@fuites_brumalis", "--preview", "--since", "2026-01-01")
            channel = telegram.channel("fuites_brumalis")
            for number in range(1, 4):
                telegram.post(channel, f"Annonce inventée {number}")
            telegram.post(channel, LEAK)
            through_account = house.sweep("@fuites_brumalis", "--since", "2026-01-01")
        [alert] = list_alerts(house.store, AlertFilter())

        assert 1900000001 == channel.id
        assert (1, 0) == (through_web["new_alerts"], through_account["new_alerts"])
        assert (1, f"telegram:{channel.id}") == (through_account["known"], alert.place)
        assert 1 == len(alert.revisions)


class TestAdd:
    def test_a_channel_of_an_account(self, house, telegram, served, channel):
        """Recognised, looked at once, kept with its comments and its account."""
        configure(house, served)
        house.enrol()
        telegram.post(channel, "bonjour")
        ended = house("sources", "add", "@annonces", "--account", "first", "--comments", "--json")
        tried = house("sources", "test", "@annonces", "--json")
        nobody = house("sources", "add", "@nobody_at_all")

        assert {"name": "annonces", "kind": "telegram-account", "target": "@annonces"} == json.loads(ended.stdout)
        assert [True] == [each.comments for each in added(house.store)]
        assert ("telegram-account", "ok", 1) == tuple(
            json.loads(tried.stdout)[key] for key in ("kind", "state", "posts")
        )
        assert 2 == nobody.returncode
        assert "there is no such channel" in nobody.stderr


class TestDiscovery:
    def test_suggested_and_added(self, house, telegram, served, channel):
        """Where watched channels forward from, ranked by what matched; successors first; one command watches one."""
        configure(house, served, SOURCE.format(every="1h"))
        house.enrol()
        good, bad, unnamed = telegram.channel("bonne_source"), telegram.channel("bavardages"), telegram.channel(None)
        telegram.post(good, "bonjour")
        for number in range(3):
            telegram.post(channel, "rien", fwd_from=forwarded(bad.id, number + 1))
        telegram.post(channel, LEAK, fwd_from=forwarded(good.id, 5))
        telegram.post(channel, "rien", fwd_from=forwarded(unnamed.id, 5))
        telegram.post(channel, "Nouveau canal : @la_suite, l'ancien va fermer")
        telegram.post(channel, "écrivez à @un_vendeur")
        house("sweep", "annonces", "--since", "2026-01-01")
        said = [json.loads(line) for line in house("sources", "suggest", "--json").stdout.splitlines()]
        table = house("sources", "suggest").stdout
        house("sources", "add", "@bonne_source")
        rest = [json.loads(line)["name"] for line in house("sources", "suggest", "--json").stdout.splitlines()]

        assert [
            ("la_suite", ["successor"], 1, 0),
            ("bonne_source", ["forward"], 1, 1),
            ("bavardages", ["forward"], 3, 0),
            (None, ["forward"], 1, 0),
        ] == [(each["name"], each["why"], each["posts"], each["matched"]) for each in said]
        assert ["@la_suite", "@bonne_source", "@bavardages", f"telegram:{unnamed.id}"] == [
            line.split()[0] for line in table.splitlines()[1:5]
        ]
        assert ["la_suite", "bavardages", None] == rest

    def test_a_published_list(self, house):
        """Living entries are added, dead ones told, by the list and by Telegram; a second import adds nothing."""
        (house.folder / "list.md").write_text(
            "# Channels\n\n|Channel|Status|\n|---|---|\n|https://t.me/fuites_brumalis|ONLINE|\n"
            "|[x](https://t.me/s/ferme_depuis)|EXPIRED|\n|https://t.me/personne_la|ONLINE|\n"
        )
        shown = InventedChannel.of(3)
        gone = (Path(__file__).parent / "data" / "telegram_preview" / "landing_unknown.html").read_text("utf-8")
        shown.instead[2] = gone  # what the second channel of the list leads to
        with serving_preview(shown) as address:
            house.configure(THROUGH_LOOPBACK, telegram=address)
            dry = house("sources", "import", "list.md", "--dry-run", "--unchecked", "--json")
            ended = house("sources", "import", "list.md", "--json")
        watched = [each.name for each in added(house.store)]
        again = json.loads(house("sources", "import", "list.md", "--json", "--unchecked").stdout)

        assert ["fuites_brumalis", "personne_la"] == json.loads(dry.stdout)["added"]
        assert 1 == ended.returncode
        assert "line 6: @ferme_depuis is dead: list.md says so" in ended.stderr
        assert "line 7: @personne_la is dead: @personne_la: nobody has this name" in ended.stderr
        assert ["fuites_brumalis"] == watched
        assert (["personne_la"], ["fuites_brumalis"]) == (again["added"], again["known"])
