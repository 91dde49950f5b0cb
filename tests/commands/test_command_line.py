import json
import re
from pathlib import Path

import pytest

import vigifuite
from detectors.claims import find_claim
from detectors.normalisation import fold

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
LEAKS = set(map(str, json.loads((ROOT / "tests/data/example_leaks.json").read_text())["leaks"]))
LEAK = "V3nds base du l4b0rat0ire Cabrezol, 491 840 patients"


class Runner:
    """The command line as a user meets it: arguments in; exit code, output and messages out."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd = capfd

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        self._capfd.readouterr()
        code = vigifuite.run_command(list(arguments))
        captured = self._capfd.readouterr()
        return code, captured.out, captured.err

    def json(self, *arguments: str) -> list[dict]:
        code, out, _ = self(*arguments, "--json")
        assert code in (0, 1)
        return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def run(tmp_path, monkeypatch, capfd) -> Runner:
    """A new folder with nothing in it."""
    monkeypatch.chdir(tmp_path)
    return Runner(capfd)


@pytest.fixture
def installed(run) -> Runner:
    """A new installation of the example."""
    assert run("init")[0] == 0
    return run


@pytest.fixture
def swept(installed) -> Runner:
    """The example's channel taken in."""
    assert installed("sweep", "example")[0] == 0
    return installed


class TestInit:
    def test_makes_everything_and_says_what_to_do(self, run):
        """Configuration, store and keys stand; the private key is to be moved away."""
        code, out, _ = run("init")

        assert 0 == code
        assert Path("config.toml").is_file()
        assert Path("store/vigifuite.db").is_file()
        assert "MOVE THE PRIVATE KEY" in out
        assert 0o600 == Path("store/keys/analyst.key").stat().st_mode & 0o777

    def test_again_changes_nothing(self, installed):
        """What stands is left as it is."""
        before = {path: path.read_bytes() for path in Path("store/keys").iterdir()}
        code, out, _ = installed("init")

        assert 0 == code
        assert "left as it is" in out
        assert before == {path: path.read_bytes() for path in Path("store/keys").iterdir()}


class TestErrors:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["nonsense"],
            ["sweep"],
            ["sweep", "example", "--all"],
            ["sweep", "no-such-file"],
            ["sweep", "https://t.me/c/1900000001/7"],
            ["sweep", "https://t.me/+AbCdEf"],
            ["sources", "add", "http://user:secret@paste.test/"],
            ["sources", "add", "http://paste.test/", "--proxy", "socks5://user:secret@127.0.0.1:1"],
            ["sources", "add", "http://paste.test/", "--allow", "nowhere"],
            ["sweep", "example", "--since", "yesterday"],
            ["sweep", "example", "--limit", "none"],
            ["scan", "no-such-file"],
            ["scan", "-", "--watchlist", "no-such-file"],
            ["watchlist", "import", "no-such-file"],
            ["watchlist", "show", "no-such-id"],
            ["sources", "add", "no-such-file"],
            ["sources", "pause", "nobody"],
            ["sources", "remove", "example"],
            ["sources", "remove", "nobody"],
            ["alerts", "show", "VF-2026-9999"],
            ["alerts", "triage", "VF-2026-9999", "closed"],
            ["alerts", "list", "--state", "strange"],
            ["alerts", "list", "--severity", "strange"],
            ["evidence", "verify", "VF-2026-9999"],
            ["evidence", "open", "no-such-file", "--identity", "none"],
            ["alerts", "list", "--config", "none.toml"],
        ],
    )
    def test_are_one_line_and_exit_2(self, installed, arguments):
        """What, where and how to mend it; nothing on stdout."""
        code, out, err = installed(*arguments)

        assert 2 == code
        assert "" == out
        assert re.fullmatch(r"vigifuite: .+\n", err), err
        assert "fault of the program" not in err

    def test_without_an_installation_say_how_to_make_one(self, run):
        """The first thing a newcomer tries."""
        code, _, err = run("alerts", "list")

        assert 2 == code
        assert "vigifuite init" in err

    def test_an_unforeseen_fault_never_quotes_a_post(self, installed):
        """Kind and place of the fault, not its text."""
        Path("store/keys/fingerprint.key").unlink()
        Path("store/keys/fingerprint.key").mkdir()
        code, _, err = installed("alerts", "list")

        assert 2 == code
        assert 1 == err.count("\n")


class TestSweep:
    def test_every_leak_is_an_alert_and_no_chatter_is(self, installed):
        """The example's channel, read as a user would."""
        found = installed.json("sweep", "example")

        assert sorted(LEAKS) == sorted(each["id"] for each in found[:-1])
        assert {"posts": 400, "new_alerts": 49, "known": 0} == {
            key: found[-1][key] for key in ("posts", "new_alerts", "known")
        }

    def test_again_finds_nothing_new(self, swept):
        """Repeatable without doubles."""
        summary = swept.json("sweep", str(EXAMPLES / "result.json"))[-1]

        assert (0, 49) == (summary["new_alerts"], summary["known"])
        assert 49 == len(swept.json("alerts", "list"))

    def test_a_dry_run_keeps_nothing(self, installed):
        """It judges all the same."""
        assert 49 == installed.json("sweep", "example", "--dry-run")[-1]["new_alerts"]
        assert [] == installed.json("alerts", "list")

    def test_dates_words_and_limits_narrow_it(self, installed):
        """Each leaves out what it should."""
        narrow = installed.json("sweep", "example", "--since", "2021-02-23", "--until", "2021-03-06", "--dry-run")
        worded = installed.json("sweep", "example", "--search", "kervelan", "--dry-run")
        limited = installed.json("sweep", "example", "--limit", "10", "--dry-run")

        assert {"642", "644", "654", "657", "661", "670", "685"} == {each["id"] for each in narrow[:-1]}
        assert {"670", "712", "717"} == {each["id"] for each in worded[:-1]}
        assert 10 == limited[-1]["posts"]

    def test_all_sweeps_every_enabled_source(self, installed):
        """The two live entries of the example are not enabled."""
        assert ["example"] == [each["source"] for each in installed.json("sweep", "--all") if "source" in each]

    def test_bad_lines_are_told_and_exit_1(self, installed):
        """What can be read is taken in."""
        line = json.dumps({"id": "1", "text": LEAK})
        Path("posts.jsonl").write_text(f"{line}\nnot json\n")
        code, out, err = installed("sweep", "posts.jsonl")

        assert 1 == code
        assert "line 2: not JSON; skipped" in err
        assert "Laboratoire Cabrezol" in out

    def test_a_cut_export_keeps_what_it_gave(self, installed):
        """The failure is told, exit code 1."""
        whole = (EXAMPLES / "result.json").read_bytes()
        Path("result.json").write_bytes(whole[: len(whole) // 2])
        code, _, err = installed("sweep", "result.json")

        assert 1 == code
        assert "export it again" in err
        assert 0 < len(installed.json("alerts", "list")) < 49


class TestScan:
    def test_lines_match_input_lines(self, run):
        """Same order, an error where a line is not valid."""
        Path("posts.jsonl").write_text('{"id": "17", "text": "' + LEAK + '"}\nnot json\n{"id": "x", "text": "rien"}\n')
        watchlist = str(EXAMPLES / "watchlist.csv")
        code, out, _ = run("scan", "posts.jsonl", "--watchlist", watchlist, "--json")
        found = [json.loads(line) for line in out.splitlines()]

        assert 1 == code
        assert [("17", True), (None, None), ("x", False)] == [(each["id"], each.get("alert")) for each in found]
        assert {"id": None, "line": 2, "error": "not JSON"} == found[1]
        entity = found[0]["entities"][0]
        assert ("example:lab-05", LEAK[entity["start"] : entity["end"]]) == (entity["id"], entity["surface"])

    def test_shared_among_processes_gives_the_same(self, run):
        """Same lines, same order, whatever the number of processes."""
        lines = [json.dumps({"id": str(number), "text": LEAK if number % 3 else "rien"}) for number in range(1500)]
        Path("posts.jsonl").write_text("\n".join(lines))
        watchlist = ["--watchlist", str(EXAMPLES / "watchlist.csv")]

        assert run.json("scan", "posts.jsonl", *watchlist) == run.json("scan", "posts.jsonl", *watchlist, "--jobs", "2")

    def test_needs_no_store_and_leaves_nothing(self, run, tmp_path):
        """Detection alone."""
        Path("posts.jsonl").write_text(json.dumps({"id": "1", "text": LEAK}))
        run("scan", "posts.jsonl")

        assert ["posts.jsonl"] == [path.name for path in tmp_path.iterdir()]

    def test_a_kept_compilation_gives_the_same(self, run):
        """From the cache as from the file."""
        rows = [f"t:{number};Clinique Zorvelane{number} Quibrac;Quibrac" for number in range(5_200)]
        Path("big.csv").write_text("id;name;city\n" + "\n".join(rows))
        Path("posts.jsonl").write_text(json.dumps({"id": "1", "text": "fuite base patients clinique Zorvelane77"}))
        first = run.json("scan", "posts.jsonl", "--watchlist", "big.csv")
        second = run.json("scan", "posts.jsonl", "--watchlist", "big.csv")

        assert first == second
        assert "t:77" == first[0]["entities"][0]["id"]


class TestWatchlist:
    def test_import_shows_a_diff_and_is_all_or_nothing(self, installed):
        """Added, changed, removed; a bad row changes nothing."""
        Path("mine.csv").write_text("id;name\nm:1;Clinique Arzonvel\nm:2;Clinique Bruzonnet\n")
        first = installed.json("watchlist", "import", "mine.csv")[0]
        Path("mine.csv").write_text("id;name\nm:1;Clinique Arzonvel Nord\nm:3;Clinique Cazorvelle\n")
        dry = installed.json("watchlist", "import", "mine.csv", "--dry-run")[0]
        second = installed.json("watchlist", "import", "mine.csv")[0]
        Path("mine.csv").write_text("id;name\nm:9;Clinique Dazonvrac\nm:9;Clinique Dazonvrac\n")
        code, _, err = installed("watchlist", "import", "mine.csv")

        assert (2, 0, 0) == tuple(first["counts"].values())
        assert (["m:3"], {"m:1": ["name"]}, ["m:2"]) == (dry["added"], dry["changed"], dry["removed"])
        assert dry["counts"] == second["counts"]
        assert 2 == code
        assert "nothing was changed" in err
        assert ["m:1", "m:3"] == [each["id"] for each in installed.json("watchlist", "list", "m:")]

    def test_refuses_terms_that_look_like_a_person(self, installed):
        """A watchlist holds organisations."""
        Path("mine.csv").write_text("id;name\nm:1;NIR 2550699999999 34\n")
        code, _, err = installed("watchlist", "import", "mine.csv")

        assert 2 == code
        assert "2550699999999" not in err

    def test_test_says_what_would_match(self, installed):
        """And how it was read."""
        found = installed.json("watchlist", "test", LEAK)[0]

        assert ["example:lab-05"] == [mention["entity_id"] for mention in found["mentions"]]
        assert "l4b0rat0ire → laboratoire" == found["mentions"][0]["disguise"]

    def test_show_tells_everything(self, installed):
        """Of one organisation."""
        assert "product:orlabys" in installed("watchlist", "show", "example:lab-05")[1]


class TestSources:
    def test_list_ends_with_one_sentence(self, installed):
        """How many could be read, how many not."""
        out = installed("sources", "list")[1]

        assert re.search(r"^0 of 1 source read in the last hour.*\.$", out.splitlines()[-1])

    def test_add_recognises_what_it_is(self, installed):
        """An added source is listed, can be paused, resumed and removed."""
        Path("posts.jsonl").write_text(json.dumps({"id": "1", "text": "rien"}))
        [added] = installed.json("sources", "add", "posts.jsonl")
        assert ("posts", "jsonl") == (added["name"], added["kind"])
        installed("sources", "pause", "posts")
        paused = {each["name"]: each["paused"] for each in installed.json("sources", "list")}
        installed("sources", "resume", "posts")
        installed("sources", "remove", "posts")

        assert paused["posts"]
        assert "posts" not in {each["name"] for each in installed.json("sources", "list")}

    def test_a_clash_with_the_configuration_is_refused(self, installed):
        """A name stands in one place only."""
        Path("posts.jsonl").write_text(json.dumps({"id": "1", "text": "rien"}))

        assert 2 == installed("sources", "add", "posts.jsonl", "--name", "example")[0]

    def test_what_is_read_through_a_proxy_is_not_added_without(self, installed):
        """Nothing is asked directly of a host that another source reads through Tor."""
        config = Path("config.toml")
        config.write_text(config.read_text().replace("https://paste.example", "http://paste.test"))
        code, _, said = installed("sources", "add", "http://paste.test/other")

        assert 2 == code
        assert "give --proxy" in said

    def test_an_inner_address_is_refused_with_advice(self, installed):
        """Who means it is told how."""
        code, _, said = installed("sources", "add", "http://127.0.0.1:9/")

        assert 2 == code
        assert "give --allow" in said

    def test_test_keeps_nothing(self, installed):
        """It says what would be taken in."""
        found = installed.json("sources", "test", str(EXAMPLES))[0]

        assert ("export", 400, 0) == (found["kind"], found["posts"], found["skipped"])
        assert [] == installed.json("alerts", "list")


class TestAlerts:
    def test_list_is_worst_first(self, swept):
        """Then newest."""
        order = ["critical", "high", "medium", "low"]
        severities = [each["severity"] for each in swept.json("alerts", "list")]

        assert severities == sorted(severities, key=order.index)

    def test_filters_narrow_it(self, swept):
        """By severity, state, entity."""
        assert {"low"} == {each["severity"] for each in swept.json("alerts", "list", "--severity", "low")}
        assert 3 == len(swept.json("alerts", "list", "--entity", "kervélan"))
        assert [] == swept.json("alerts", "list", "--state", "closed")

    def test_a_decision_is_kept_with_its_reason(self, swept):
        """State, comment and who said it."""
        swept("alerts", "triage", "VF-2026-0001", "false-positive", "--comment", "our own drill")
        alert = swept.json("alerts", "show", "VF-2026-0001")[0]

        assert "false positive" == alert["state"]
        assert ["our own drill"] == [each["comment"] for each in alert["annotations"]]
        assert alert["decided_at"]

    def test_an_entity_is_confirmed_by_hand(self, swept):
        """A fact apart from who is named."""
        assert 0 == swept("alerts", "confirm", "VF-2026-0001", "example:lab-01")[0]
        assert 2 == swept("alerts", "confirm", "VF-2026-0001", "nobody")[0]
        assert "example:lab-01" == swept.json("alerts", "show", "VF-2026-0001")[0]["annotations"][0]["entity"]

    def test_brief_is_five_defanged_lines(self, swept):
        """Ready for a ticket."""
        lines = swept("alerts", "show", "VF-2026-0021", "--brief")[1].splitlines()

        assert 5 == len(lines)
        assert lines[0].startswith("[TLP:AMBER] VF-2026-0021 CRITICAL")
        assert "http" not in "".join(lines)


class TestEvidence:
    def test_verify_is_good_until_a_byte_is_changed(self, swept):
        """One altered sealed file is named."""
        assert 0 == swept("evidence", "verify")[0]
        sealed = next(Path("store/captures").glob("*/*.age"))
        content = bytearray(sealed.read_bytes())
        content[-1] ^= 1
        sealed.write_bytes(content)
        code, out, _ = swept("evidence", "verify")

        assert 1 == code
        assert sealed.name in out

    def test_open_gives_the_capture_the_log_vouches_for(self, swept):
        """With the private key, wherever it was moved."""
        alert = swept.json("alerts", "show", "VF-2026-0021")[0]
        sha256 = alert["evidence"]["sealed_sha256"]
        key = Path("store/keys/analyst.key").rename("moved.key")
        code, out, err = swept("evidence", "open", f"store/captures/{sha256[:2]}/{sha256}.age", "--identity", str(key))

        assert 0 == code
        assert "the log vouches for this capture" in err
        assert "free" == find_claim(fold(json.loads(out)["text"])).claim.act


class TestDoctor:
    def test_warns_of_the_private_key_until_it_is_moved(self, installed):
        """It opens every capture."""
        before = {each["what"]: each["grade"] for each in installed.json("doctor")}
        Path("store/keys/analyst.key").rename("moved.key")
        after = {each["what"]: each["grade"] for each in installed.json("doctor")}

        assert "warning" == before["private key"]
        assert "private key" not in after
        assert {"good"} == set(after.values())

    def test_finds_what_is_broken(self, swept):
        """And exits with 1."""
        next(Path("store/captures").glob("*/*.age")).unlink()
        code, out, _ = swept("doctor")

        assert 1 == code
        assert re.search(r"bad +evidence", out)


class TestGlobalOptions:
    def test_stand_before_or_after_the_command(self, swept):
        """Both are the same."""
        after = swept("alerts", "list", "--json", "--config", "config.toml")
        before = swept("--config=config.toml", "--json", "alerts", "list")

        assert after[:2] == before[:2]

    def test_help_lists_every_command(self, run):
        """Each with its own words."""
        out = run("--help")[1]

        assert all(command in out for command in vigifuite.COMMANDS)
