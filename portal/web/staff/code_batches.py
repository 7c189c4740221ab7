"""Many discount codes in one go, each for one booking (D3; addresses: /staff/discount-codes/batches and
below).
"""

from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.models.code_pages import ListedBatch, ListedCode, batch_by_id, batches_listed, codes_of_batch
from portal.models.code_uses import totals_of, uses_of
from portal.models.database import new_id, transaction
from portal.operations.code_batches import add_code_batch
from portal.operations.covering import told_coverage
from portal.operations.discount_codes import covers_of
from portal.rules.code_limits import MOST_IN_BATCH, BatchSizeOutOfRange, PrefixSpeltWrong
from portal.rules.roles import Capability
from portal.rules.sentences import Count, Sentence
from portal.web.forms import errors_of
from portal.web.notices import tell
from portal.web.paging import neighbours, page_asked
from portal.web.staff.act_forms import acting, refusals_shown
from portal.web.staff.code_edit import form_offered, refused_beside
from portal.web.staff.code_forms import BatchForm
from portal.web.staff.code_words import terms_of
from portal.web.staff.csv_export import Cell, csv_address, csv_file, wants_csv
from portal.web.staff.discount_codes import (
    ADDRESS,
    MOST_IN_A_FILE,
    USES_A_PAGE,
    code_shown,
    use_head,
    use_rows,
    words_of,
)
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import wording

BATCHES = f"{ADDRESS}/batches"
BATCHES_A_PAGE = 30

pages = Blueprint("staff_code_batches", __name__)


@pages.get(BATCHES)
@staff_needed(Capability.SETUP)
def batch_list() -> ResponseReturnValue:
    """The batches, the newest first."""
    page = page_asked()
    found = batches_listed(business().id, most=BATCHES_A_PAGE + 1, skipped=(page - 1) * BATCHES_A_PAGE)
    if wants_csv():
        return _file_of_batches(batches_listed(business().id, most=MOST_IN_A_FILE))
    return render_template(
        "staff/discount_codes/batches.html",
        batches=found[:BATCHES_A_PAGE],
        csv=csv_address(),
        **neighbours(page, more=len(found) > BATCHES_A_PAGE),
    )


@pages.get(f"{BATCHES}/new")
@staff_needed(Capability.SETUP)
def ask_for_new() -> ResponseReturnValue:
    """An empty form."""
    return _page(_offered(BatchForm()))


@pages.post(f"{BATCHES}/new")
@staff_needed(Capability.SETUP)
def add() -> ResponseReturnValue:
    """Make them."""
    form = _offered(BatchForm())
    beside = refused_beside(form) | {PrefixSpeltWrong: form.prefix, BatchSizeOutOfRange: form.size}
    if form.validate_on_submit():
        with refusals_shown(form, beside):
            with transaction():
                batch_id = add_code_batch(
                    business(),
                    prefix=form.prefix.data,
                    size=form.size.data,
                    like=form.wanted(),
                    batch_id=form.batch_id,
                    actor=acting(),
                    now=now(),
                )
            codes = Count(form.size.data, "code is", "codes are")
            tell(Sentence("{codes} made. Download them as CSV.", {"codes": codes}))
            return redirect(f"{BATCHES}/{batch_id}", code=303)
    return _page(form), form.status


@pages.get(f"{BATCHES}/<uuid:batch_id>")
@staff_needed(Capability.SETUP)
def batch_page(batch_id: UUID) -> ResponseReturnValue:
    """One batch: its terms, and who used its codes; as a file its codes, or with ``uses`` their uses."""
    batch = batch_shown(batch_id)
    if wants_csv():
        return _file_of_uses(batch) if "uses" in request.args else _file_of_codes(batch)
    page = page_asked()
    uses = uses_of(business().id, batch_id=batch.id, most=USES_A_PAGE + 1, skipped=(page - 1) * USES_A_PAGE)
    return render_template(
        "staff/discount_codes/batch.html",
        batch=batch,
        terms=terms_of(
            code_shown(batch.first_id),
            told_coverage(business().id, covers_of(business().id, [batch.first_id])),
        ),
        uses=uses[:USES_A_PAGE],
        totals=totals_of(business().id, batch_id=batch.id),
        file_of_codes=f"{batch.address}?format=csv",
        file_of_uses=f"{batch.address}?format=csv&uses=1",
        zone_sentence=wording().zone_sentence(now()),
        **neighbours(page, more=len(uses) > USES_A_PAGE),
    )


def batch_shown(batch_id: UUID) -> ListedBatch:
    """The batch that an address names; another business's is not to be found (404)."""
    return batch_by_id(business().id, batch_id) or abort(404)


def _offered(form: BatchForm) -> BatchForm:
    form_offered(form)
    form.new_batch.data = str(form.batch_id or new_id())
    return form


def _page(form: BatchForm) -> str:
    return render_template(
        "staff/discount_codes/batch_form.html",
        form=form,
        errors=errors_of(form),
        most=MOST_IN_BATCH,
        address=f"{BATCHES}/new",
        back=BATCHES,
    )


def _file_of_batches(batches: list[ListedBatch]) -> ResponseReturnValue:
    head = ("Batch", "Made", "Codes", "Used", "Switched off")
    rows = ((it.prefix, it.made_at, it.size, it.used, "yes" if it.off else "no") for it in batches)
    return csv_file("batches-of-codes", head, rows)


def _file_of_codes(batch: ListedBatch) -> ResponseReturnValue:
    codes = codes_of_batch(business().id, batch.id, now=now())
    head = ("Discount code", "Status", "Discount", "Can be used")
    return csv_file(f"codes-{batch.prefix.lower()}", head, _code_rows(codes))


def _code_rows(codes: list[ListedCode]) -> Iterator[tuple[Cell, ...]]:
    for code in codes:
        state, off, _, when = words_of(code)
        yield code.code, state, off, when


def _file_of_uses(batch: ListedBatch) -> ResponseReturnValue:
    uses = uses_of(business().id, batch_id=batch.id, most=MOST_IN_A_FILE)
    return csv_file(f"uses-of-{batch.prefix.lower()}", use_head(), use_rows(uses))
