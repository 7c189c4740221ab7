"""The post: one letter out, by a mail server or into a folder.

``SMTP_URL`` names it: ``smtp://user:password@host:587`` (STARTTLS where the server offers it), ``smtps://…``
(TLS from the start), or ``folder:<path>``, where each letter becomes a file that any mail program opens.
``?from=letters@example.com`` after the host is the address that letters come from; without it they come from
the studio's own.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

PATIENCE_SECONDS = 20
BUSINESS_HEADER = "X-Punchcard-Business"
UNSUBSCRIBE = "List-Unsubscribe"


class _LettersPolicy(EmailPolicy):
    """Mail as Python writes it, but for one header: folding would encode an address that is longer than a
    line, and no mail program decodes it again.
    """

    def fold(self, name: str, value: str) -> str:
        """The header as text, with its end of line."""
        return f"{name}: {value}{self.linesep}" if name == UNSUBSCRIBE else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """The header as bytes, with its end of line."""
        return self.fold(name, value).encode() if name == UNSUBSCRIBE else super().fold_binary(name, value)


LETTERS = _LettersPolicy()
LETTERS_IN_FILES = LETTERS.clone(linesep="\r\n")


class PostFailed(Exception):  # noqa: N818  it reads as what happened
    """The letter did not get out; the message says why, for whoever runs the portal."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A letter as it is sent: who it comes from and goes to, and its words as text and as HTML.

    ``choices`` is the address where its reader, or their mail program in one click, refuses more of its kind
    (RFC 8058); empty for letters that nobody can refuse.
    """

    business_id: UUID
    letter_id: UUID
    from_name: str
    from_email: str
    to_name: str
    to_email: str
    subject: str
    text: str
    html: str
    written_at: datetime
    choices: str = ""


class Post(Protocol):
    """Sends letters, one at a time."""

    def send(self, sheet: Sheet) -> None:
        """Hand a letter over; raises PostFailed. Sent twice, it bears the same Message-ID both times."""


class NoPost:
    """There is no way out: letters wait until SMTP_URL is set."""

    def send(self, sheet: Sheet) -> None:  # noqa: ARG002  the protocol's own signature
        """Refuse, so that the letter is tried again."""
        raise PostFailed("SMTP_URL is not set.")


@dataclass(frozen=True, slots=True)
class FolderPost:
    """Writes each letter into a folder, as ``<business>.<letter>.eml``, for the demo and for tests."""

    folder: Path

    def send(self, sheet: Sheet) -> None:
        """Write the file whole or not at all; the same letter again is the same file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{sheet.business_id}.{sheet.letter_id}.eml"
        half_written = path.with_suffix(".part")
        half_written.write_bytes(message_of(sheet, sheet.from_email).as_bytes(policy=LETTERS_IN_FILES))
        half_written.replace(path)


@dataclass(frozen=True, slots=True)
class SmtpPost:
    """Hands each letter to a mail server. ``from_email`` empty means the studio's own address."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls_from_start: bool = False
    from_email: str = ""

    def send(self, sheet: Sheet) -> None:
        """One connection a letter: letters are few, and a server that hangs up costs only one."""
        message = message_of(sheet, self.from_email or sheet.from_email)
        try:
            with self._server() as server:
                server.send_message(message)
        except (smtplib.SMTPException, OSError) as failure:
            raise PostFailed(f"{type(failure).__name__}: {failure}") from failure

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        trust = ssl.create_default_context()
        if self.tls_from_start:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=PATIENCE_SECONDS, context=trust
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE_SECONDS)
        with server:
            server.ehlo()
            if not self.tls_from_start and server.has_extn("starttls"):
                server.starttls(context=trust)
                server.ehlo()
            if self.user:
                server.login(self.user, self.password)
            yield server


def post_at(url: str | None) -> Post:
    """The post that ``SMTP_URL`` names; raises ValueError for one that names none."""
    if not url:
        return NoPost()
    if url.startswith("folder:"):
        return FolderPost(Path(url.removeprefix("folder:")))
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("SMTP_URL must read smtp://…, smtps://… or folder:<path>.")
    secure = parts.scheme == "smtps"
    return SmtpPost(
        host=parts.hostname,
        port=parts.port or (465 if secure else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls_from_start=secure,
        from_email=parse_qs(parts.query).get("from", [""])[0],
    )


def message_of(sheet: Sheet, from_email: str) -> EmailMessage:
    """The letter as mail: text with HTML beside it; answers go to the studio; always the same Message-ID."""
    message = EmailMessage(policy=LETTERS)
    message["From"] = _address(sheet.from_name, from_email)
    message["To"] = _address(sheet.to_name, sheet.to_email)
    if from_email != sheet.from_email:
        message["Reply-To"] = _address(sheet.from_name, sheet.from_email)
    message["Subject"] = _one_line(sheet.subject)
    message["Date"] = format_datetime(sheet.written_at)
    message["Message-ID"] = f"<{sheet.letter_id}@{from_email.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message[BUSINESS_HEADER] = str(sheet.business_id)
    if sheet.choices:
        message[UNSUBSCRIBE] = f"<{sheet.choices}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(sheet.text)
    message.add_alternative(sheet.html, subtype="html")
    return message


def _address(name: str, email: str) -> Address:
    return Address(display_name=_one_line(name), addr_spec=email)


def _one_line(text: str) -> str:
    """A header has one line, whatever a name holds."""
    return " ".join(text.split())
