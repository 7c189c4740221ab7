"""Letters as mail: what stands in them, into a folder, or to a server that speaks SMTP."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest

from portal.gateways.post import (
    LETTERS,
    LETTERS_IN_FILES,
    FolderPost,
    NoPost,
    PostFailed,
    Sheet,
    SmtpPost,
    message_of,
    post_at,
)

SHEET = Sheet(
    business_id=UUID(int=1),
    letter_id=UUID(int=2),
    from_name="Riverside Studio",
    from_email="hello@riverside.example",
    to_name="Ada Pärk",
    to_email="ada@example.com",
    subject="Your booking\nBcc: everybody@example.com",
    text="You are booked: £12.00\n",
    html="<p>You are booked: £12.00</p>\n",
    written_at=datetime(2026, 12, 1, 9, 0, tzinfo=UTC),
)


def _read(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_letter_is_text_with_html_beside_it() -> None:
    message = _read(message_of(SHEET, SHEET.from_email).as_bytes())
    assert message.get_content_type() == "multipart/alternative"
    parts = {part.get_content_type(): part.get_content() for part in message.iter_parts()}
    assert parts == {"text/plain": SHEET.text, "text/html": SHEET.html}


def test_its_message_id_is_the_letters_own_and_its_date_is_when_it_was_written() -> None:
    first, second = (message_of(SHEET, SHEET.from_email) for _ in range(2))
    assert first["Message-ID"] == second["Message-ID"] == f"<{SHEET.letter_id}@riverside.example>"
    assert first["Date"] == "Tue, 01 Dec 2026 09:00:00 +0000"


def test_nothing_that_was_typed_becomes_a_header() -> None:
    message = message_of(SHEET, SHEET.from_email)
    assert message["Subject"] == "Your booking Bcc: everybody@example.com"
    assert message["Bcc"] is None


def test_answers_go_to_the_studio_where_another_address_sends() -> None:
    message = message_of(SHEET, "letters@platform.example")
    assert "letters@platform.example" in message["From"]
    assert "hello@riverside.example" in message["Reply-To"]


def test_a_folder_gets_one_file_a_letter(tmp_path: Path) -> None:
    post = FolderPost(tmp_path / "mail")
    post.send(SHEET)
    post.send(SHEET)
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == f"{SHEET.business_id}.{SHEET.letter_id}.eml"
    assert _read(file.read_bytes())["To"] == "Ada Pärk <ada@example.com>"


@pytest.mark.parametrize(
    ("url", "post"),
    [
        ("folder:/srv/mail", FolderPost(Path("/srv/mail"))),
        ("smtp://mail.example", SmtpPost("mail.example", 587)),
        ("smtps://mail.example", SmtpPost("mail.example", 465, tls_from_start=True)),
        (
            "smtp://me%40x.example:p%3Aw@mail.example:25?from=letters@platform.example",
            SmtpPost("mail.example", 25, "me@x.example", "p:w", from_email="letters@platform.example"),
        ),
        (None, NoPost()),
    ],
)
def test_the_setting_names_the_post(url: str | None, post: object) -> None:
    found = post_at(url)
    assert found == post or type(found) is type(post) is NoPost


@pytest.mark.parametrize("url", ["mail.example:25", "http://mail.example", "smtp://"])
def test_a_setting_that_names_no_post_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="SMTP_URL"):
        post_at(url)


def test_without_a_post_letters_wait() -> None:
    with pytest.raises(PostFailed, match="SMTP_URL is not set"):
        NoPost().send(SHEET)


class _Talk(socketserver.StreamRequestHandler):
    """Just enough SMTP."""

    server: "_Server"

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            self.server.heard.append(line)
            if word == "DATA":
                self._take()
            elif word == "RCPT" and "nobody" in line:
                self._say("550 no such mailbox")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _take(self) -> None:
        self._say("354 go on")
        lines = iter(self.rfile.readline, b".\r\n")
        self.server.taken.append(b"".join(lines))
        self._say("250 taken")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.taken: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Talk)


@contextmanager
def _a_server() -> Iterator[_Server]:
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_server_gets_the_letter() -> None:
    with _a_server() as server:
        SmtpPost("127.0.0.1", server.server_address[1], from_email="letters@platform.example").send(SHEET)
    (letter,) = server.taken
    assert _read(letter)["Message-ID"] == f"<{SHEET.letter_id}@platform.example>"
    assert any(line.startswith("rcpt TO:<ada@example.com>") for line in server.heard)


def test_a_server_that_refuses_is_told_in_its_own_words() -> None:
    sheet = Sheet(
        **{**{name: getattr(SHEET, name) for name in Sheet.__slots__}, "to_email": "nobody@x.example"}
    )
    with _a_server() as server, pytest.raises(PostFailed, match="no such mailbox"):
        SmtpPost("127.0.0.1", server.server_address[1]).send(sheet)


def test_a_server_that_is_not_there_is_a_failure_to_try_again() -> None:
    with _Server() as closed:
        port = closed.server_address[1]
    with pytest.raises(PostFailed, match="ConnectionRefused"):
        SmtpPost("127.0.0.1", port).send(SHEET)


def test_a_letter_that_can_be_refused_says_how_letter_for_letter() -> None:
    address = f"https://{'a-long-name.' * 6}example/letters/{'t' * 44}"
    message = message_of(replace(SHEET, choices=address), SHEET.from_email)
    assert message["List-Unsubscribe"] == f"<{address}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for as_sent in (LETTERS, LETTERS_IN_FILES):
        line = f"List-Unsubscribe: <{address}>{as_sent.linesep}"
        assert line.encode() in message.as_bytes(policy=as_sent)
        assert line in message.as_string(policy=as_sent)


def test_a_letter_that_cannot_be_refused_says_nothing_of_it() -> None:
    assert message_of(SHEET, SHEET.from_email)["List-Unsubscribe"] is None
