"""Signing in: what it takes, what it gives away, and how the first account is made."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from desk.desk import safe_path
from desk.signing_in import code_step, what_is_wrong
from storage import accounts
from storage.accounts import Role
from tests.desk.house import PASSWORD, words

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


@pytest.fixture
def at(house):
    """The house's clock, to be turned."""
    moved = [NOW]
    house.now = lambda: moved[0]
    return moved


def code(house, at, name="ana"):
    return pyotp.TOTP(house.secrets[name]).at(at[0])


def signed_in(house, at, **given):
    """What the form answers."""
    form = {"name": "ana", "password": PASSWORD, "code": code(house, at), **given}
    return house.client(None).post("/login", data=form, follow_redirects=False)


class TestSignIn:
    @pytest.fixture(autouse=True)
    def ana(self, house, at):  # noqa: ARG002 (the clock is set before)
        house.add_user("ana", Role.ANALYST)

    def test_takes_a_name_a_password_and_a_code(self, house, at):
        """Then the page that was asked for."""
        answer = signed_in(house, at, next="/overview")

        assert (303, "/overview") == (answer.status_code, answer.headers["location"])

    @pytest.mark.parametrize("wrong", [{"name": "eve"}, {"password": "wrong"}, {"code": "000000"}, {"code": "x"}])
    def test_says_the_same_whatever_is_wrong(self, house, at, wrong):
        """Who tries learns neither which names there are nor which part was right."""
        answer = signed_in(house, at, **wrong)

        assert 401 == answer.status_code
        assert "name, password or code is wrong; a code counts once" in answer.text
        assert "set-cookie" not in answer.headers

    def test_a_code_counts_once(self, house, at):
        """Read over a shoulder, it is worth nothing."""
        assert 303 == signed_in(house, at).status_code
        assert 401 == signed_in(house, at).status_code
        at[0] += timedelta(seconds=30)
        assert 303 == signed_in(house, at).status_code

    def test_is_slowed_down_by_failures(self, house, at):
        """The sixth try waits, even with everything right, and then is let in."""
        for _ in range(5):
            signed_in(house, at, password="wrong")
        refused = signed_in(house, at)
        at[0] += timedelta(seconds=60)

        assert (401, True) == (refused.status_code, "too many attempts" in refused.text)
        assert 303 == signed_in(house, at).status_code

    def test_is_over_with_the_account(self, house, at):
        """Disabled is out."""
        house.add_user("admin", Role.ADMIN)
        accounts.disable(house.store, "ana", NOW)

        assert 401 == signed_in(house, at).status_code

    def test_leads_nowhere_else(self):
        """A link to the sign-in page is no way to another site."""
        for path in ("//evil.test", "https://evil.test", "/\\evil.test", "javascript:x", "/\tx", ""):
            assert "/" == safe_path(path)


class TestFirstAccount:
    def test_is_made_by_a_link(self, house, at):
        """A name, a password, the second key: signed in as administrator."""
        token = accounts.invite_first(house.store, NOW)
        client = house.client(None)
        page = client.get(f"/welcome/{token}").text
        secret = re.sub(r"\s", "", re.search(r'class="secret"[^>]*>([^<]+)<', page)[1])
        form = {"name": "Ana", "password": PASSWORD, "again": PASSWORD, "code": pyotp.TOTP(secret).at(at[0])}
        answer = client.post(f"/welcome/{token}", data=form)

        assert 200 == answer.status_code
        assert "ana administrator" in words(answer.text)
        assert 404 == house.client(None).get(f"/welcome/{token}").status_code

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"name": "a b"}, "2 to 32 small letters"),
            ({"again": "another one entirely"}, "not the same"),
            ({"code": "000000"}, "not the one of this key"),
            ({"password": "short", "again": "short"}, "at least 12 characters"),
        ],
    )
    def test_says_what_is_wrong(self, house, at, given, said):
        """And the link still holds."""
        token = accounts.invite_first(house.store, NOW)
        form = {"name": "ana", "password": PASSWORD, "again": PASSWORD, **given}
        form.setdefault("code", pyotp.TOTP(accounts.totp_secret_of(house.store, token)).at(at[0]))
        answer = house.client(None).post(f"/welcome/{token}", data=form)

        assert (400, True) == (answer.status_code, said in answer.text)
        assert accounts.invitation(house.store, token, NOW)

    def test_is_asked_for_at_the_door(self, house):
        """Whoever opens a new desk is told where the link is."""
        assert "one-time link" in house.client(None).get("/login").text


class TestPasswords:
    @pytest.mark.parametrize(
        "password",
        ["short one 1", "aaaaaaaaaaaaaaaa", "Vigifuite2026!", "Motdepasse2026!", "administrateur1", "azertyuiop12",
         "Hospital2026!!"],
    )  # fmt: skip
    def test_easily_guessed_is_refused(self, password):
        """What is tried first."""
        assert what_is_wrong(password, "ana")

    @pytest.mark.parametrize("password", [PASSWORD, "correct horse battery", "kU3-xq9_Zr2!mv"])
    def test_hard_to_guess_is_taken(self, password):
        """Several words, or something random."""
        assert what_is_wrong(password, "ana") is None


class TestCodes:
    @pytest.mark.parametrize(("seconds", "counts"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
    def test_may_be_half_a_minute_off(self, seconds, counts):
        """Telephones' clocks differ a little."""
        moment = NOW + timedelta(seconds=seconds)
        secret = pyotp.random_base32()

        assert counts == (code_step(secret, pyotp.TOTP(secret).at(moment), NOW) is not None)
