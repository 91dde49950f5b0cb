"""A year of mail over both changes of clocks, with kills and a server that fails; then days of it through Exim.

    python -m benchmarks.mail_soak [--days 365] [--kills 120] [--exim-days 60] [--seed N]

Prints what was sent with its figures; exit code 1 if any digest was missing, doubled under another id, or wrong. Exim
is the mail server of Debian, with TLS and a password, begun here on loopback; it needs root and the package
exim4-daemon-light.
"""

import argparse
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.mail_server import PASSWORD, REFUSALS, STEPS, USER, MailServer, drawn, make_certificate
from benchmarks.mail_year import REFUSED, Days, simulate

START = datetime(2026, 1, 10, 6, 30, tzinfo=UTC)
_EXIM_USER = "Debian-exim"
_CONFIGURATION = """
primary_hostname = localhost
spool_directory = {folder}/spool
log_file_path = {folder}/spool/%slog
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
tls_advertise_hosts = *
tls_certificate = {folder}/mail.pem
tls_privatekey = {folder}/mail.pem
acl_smtp_rcpt = recipients
deliver_drop_privilege = true
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
begin acl
recipients:
  deny recipients = {refused}
       message = no such mailbox
  accept authenticated = *
  deny message = log in first
begin routers
everybody:
  driver = accept
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = {folder}/mail
  maildir_format
  envelope_to_add
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_advertise_condition = ${{if def:tls_in_cipher}}
"""


class Exim:
    """Debian's mail server in a folder of its own, delivering to a Maildir there."""

    def __init__(self, folder: Path) -> None:
        self.ca_file = make_certificate(folder)
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        for name in ("spool", "mail"):
            (folder / name).mkdir()
        folder.chmod(0o755)
        for path in (folder / "spool", folder / "mail", self.ca_file):
            shutil.chown(path, _EXIM_USER)
        self._configuration = folder / "exim.conf"  # it stays root's: Exim reads no other's
        self._configuration.write_text(
            _CONFIGURATION.format(folder=folder, port=self.port, refused=REFUSED, user=USER, password=PASSWORD)
        )
        self._process = subprocess.Popen([*self._command(), "-bdf"])
        self._wait_until_it_listens()

    def _command(self) -> list[str]:
        return ["exim4", "-C", str(self._configuration)]

    def _wait_until_it_listens(self) -> None:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("Exim did not begin")

    def taken(self) -> Sequence[tuple[str, bytes]]:
        """Recipient and message of everything delivered, once nothing is left in its queue."""
        while subprocess.run([*self._command(), "-bpc"], check=True, capture_output=True).stdout.strip() != b"0":
            time.sleep(0.2)
        found = []
        for path in sorted((self._folder / "mail" / "new").iterdir()):
            message = path.read_bytes()
            envelope = next(line for line in message.splitlines() if line.startswith(b"Envelope-to: "))
            found.append((envelope.partition(b": ")[2].decode(), message))
        return found

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(30)


def main() -> int:
    """Run both; the seed is printed, so that a failure can be seen again."""
    parser = argparse.ArgumentParser(description="long runs of mail")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--kills", type=int, default=120)
    parser.add_argument("--exim-days", type=int, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    chosen = random.Random(asked.seed)
    wrong = _year(asked.days, asked.kills, chosen)
    return 1 if _through_exim(asked.exim_days, chosen) or wrong else 0


def _year(days: int, kills: int, chosen: random.Random) -> bool:
    with tempfile.TemporaryDirectory() as made:
        server = MailServer(make_certificate(Path(made)), drawn(chosen, 0.25), [REFUSED])
        server.start()
        try:
            found = simulate(Path(made) / "store", server, START, START + timedelta(days=days), chosen, kills)
        finally:
            server.stop()
    missed = {*STEPS, *REFUSALS} - server.mailbox.met
    if missed:
        print(f"faults that never happened: {', '.join(sorted(missed))}")
    return _tell(f"{days} days, a server that fails at {len(STEPS)} steps", found) or bool(missed)


def _through_exim(days: int, chosen: random.Random) -> bool:
    if os.geteuid() != 0 or shutil.which("exim4") is None:
        print("Exim: NOT RUN, it needs root and the package exim4-daemon-light")
        return True
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as store:
        server = Exim(Path(made))
        try:
            found = simulate(Path(store) / "store", server, START, START + timedelta(days=days), chosen, days // 6)
        finally:
            server.stop()
    return _tell(f"{days} days through Exim", found)


def _tell(what: str, found: Days) -> bool:
    problems = "; ".join(found.problems[:10]) or "none"
    print(f"{what}: {found.kills} kills, {found.mails} mails, {found.doubles} doubles with the same id: {problems}")
    sys.stdout.flush()
    return bool(found.problems)


if __name__ == "__main__":
    sys.exit(main())
