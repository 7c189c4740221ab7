"""The demo's mailbox (address: /mailbox): the letters that would have been sent, to read and to click.

It exists only where SMTP_URL names a folder, which start-up refuses together with a live Stripe key.
"""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, render_template, request

from portal.outside import outside
from portal.web.visitor import business

ADDRESS = "/mailbox"
LETTERS_A_PAGE = 20
LAST_PAGE = 500

pages = Blueprint("mailbox", __name__)


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A letter as its reader sees it."""

    id: str
    to: str
    subject: str
    sent_at: datetime
    text: str


def register_mailbox(app: Flask) -> None:
    """Hang the mailbox up, where letters go into a folder."""
    with app.app_context():
        if outside().settings.mailbox_folder is not None:
            app.register_blueprint(pages)


def mailbox_address() -> str | None:
    """Where a letter that was just sent can be read; None where letters really go out."""
    return ADDRESS if outside().settings.mailbox_folder else None


@pages.get(ADDRESS)
def mailbox() -> str:
    """The letters of this business, the newest first."""
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    files = _files()
    shown = files[(page - 1) * LETTERS_A_PAGE : page * LETTERS_A_PAGE]
    return render_template(
        "customer/mailbox.html",
        letters=[_letter(path) for path in shown],
        newer=f"{ADDRESS}?page={page - 1}" if page > 1 else None,
        older=f"{ADDRESS}?page={page + 1}" if len(files) > page * LETTERS_A_PAGE else None,
    )


def _files() -> list[Path]:
    """Letters' ids are ordered by time, and so are the names of their files."""
    folder = cast("Path", outside().settings.mailbox_folder)
    return sorted(folder.glob(f"{business().id}.*.eml"), reverse=True)


def _letter(path: Path) -> SentLetter:
    message: EmailMessage = message_from_bytes(path.read_bytes(), policy=policy.default)
    text = message.get_body(preferencelist=("plain",))
    return SentLetter(
        id=path.stem.rpartition(".")[2],
        to=str(message["To"]),
        subject=str(message["Subject"]),
        sent_at=message["Date"].datetime,
        text=text.get_content() if text else "",
    )
