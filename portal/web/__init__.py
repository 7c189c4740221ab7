"""HTTP only: routes, forms, flashes, cookies and headers."""

from flask import Flask
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.outside import outside
from portal.web.customer import (
    account,
    balance,
    basket,
    bookings,
    calendar_feeds,
    cancelling,
    checkout,
    classes,
    crawlers,
    embed,
    letter_choices,
    passes,
    password_reset,
    registration,
    sign_in,
    tickets,
    transferring,
    waiting_lists,
)
from portal.web.errors import show_errors_in_words
from portal.web.hooks import health, metrics, stripe
from portal.web.mailbox import register_mailbox
from portal.web.plain_input import refuse_what_no_form_sends
from portal.web.request_log import name_requests
from portal.web.security import secure
from portal.web.sessions import HostSessionInterface
from portal.web.shell import describe_shell
from portal.web.staff import attendance as staff_attendance
from portal.web.staff import audit as staff_audit
from portal.web.staff import auto_payments as staff_auto_payments
from portal.web.staff import baskets as staff_baskets
from portal.web.staff import booking_for_client as staff_booking_for_client
from portal.web.staff import (
    booking_preferences,
    code_batches,
    code_edit,
    code_switches,
    discount_codes,
    option_edit,
    option_extension,
    purchase_options,
)
from portal.web.staff import bookings as staff_bookings
from portal.web.staff import cancelling as staff_cancelling
from portal.web.staff import class_cancelling as staff_class_cancelling
from portal.web.staff import class_times as staff_class_times
from portal.web.staff import classes as staff_classes
from portal.web.staff import client_account as staff_client_account
from portal.web.staff import client_basket as staff_client_basket
from portal.web.staff import client_details as staff_client_details
from portal.web.staff import client_pass_page as staff_client_pass
from portal.web.staff import client_passes as staff_client_passes
from portal.web.staff import client_schedule as staff_client_schedule
from portal.web.staff import clients as staff_clients
from portal.web.staff import closed_days as staff_closed_days
from portal.web.staff import embedding as staff_embedding
from portal.web.staff import failed_refund as staff_failed_refund
from portal.web.staff import first_steps as staff_first_steps
from portal.web.staff import help as staff_help
from portal.web.staff import home as staff_home
from portal.web.staff import invitation as staff_invitation
from portal.web.staff import letters as staff_letters
from portal.web.staff import member as staff_member
from portal.web.staff import member_acts as staff_member_acts
from portal.web.staff import members as staff_members
from portal.web.staff import new_client as staff_new_client
from portal.web.staff import plan as staff_plan
from portal.web.staff import profile as staff_profile
from portal.web.staff import search as staff_search
from portal.web.staff import second_step as staff_second_step
from portal.web.staff import setup_classes as staff_setup_classes
from portal.web.staff import sign_in as staff_sign_in
from portal.web.staff import studio_details as staff_studio_details
from portal.web.staff import ticket_types as staff_ticket_types
from portal.web.staff import transferring as staff_transferring
from portal.web.staff import two_factor as staff_two_factor
from portal.web.staff import week as staff_week
from portal.web.staff import what_if as staff_what_if
from portal.web.staff import what_if_choices as staff_what_if_choices
from portal.web.staff.admission import refuse_undeclared_pages
from portal.web.staff.pass_acts.every_page import PAGES as PASS_ACTS
from portal.web.static_files import serve_static_files
from portal.web.visitor import find_visit
from portal.web.wording import hang_filters

PAGES = (
    health.pages,
    metrics.pages,
    stripe.pages,
    classes.pages,
    calendar_feeds.pages,
    embed.pages,
    crawlers.pages,
    waiting_lists.pages,
    passes.pages,
    basket.pages,
    checkout.pages,
    bookings.pages,
    cancelling.pages,
    tickets.pages,
    transferring.pages,
    sign_in.pages,
    registration.pages,
    password_reset.pages,
    account.pages,
    letter_choices.pages,
    balance.pages,
    staff_sign_in.pages,
    staff_home.pages,
    staff_first_steps.pages,
    staff_studio_details.pages,
    staff_setup_classes.pages,
    staff_class_times.pages,
    staff_ticket_types.pages,
    staff_closed_days.pages,
    staff_baskets.pages,
    staff_what_if.pages,
    staff_what_if_choices.pages,
    staff_booking_for_client.pages,
    staff_classes.pages,
    staff_class_cancelling.pages,
    staff_attendance.pages,
    staff_week.pages,
    staff_search.pages,
    staff_clients.pages,
    staff_new_client.pages,
    staff_client_passes.pages,
    staff_client_pass.pages,
    staff_client_details.pages,
    staff_client_schedule.pages,
    staff_client_basket.pages,
    staff_audit.pages,
    staff_client_account.pages,
    *PASS_ACTS,
    purchase_options.pages,
    option_edit.pages,
    option_extension.pages,
    discount_codes.pages,
    code_edit.pages,
    code_batches.pages,
    code_switches.pages,
    booking_preferences.pages,
    staff_auto_payments.pages,
    staff_embedding.pages,
    staff_bookings.pages,
    staff_cancelling.pages,
    staff_failed_refund.pages,
    staff_transferring.pages,
    staff_plan.pages,
    staff_letters.pages,
    staff_help.pages,
    staff_second_step.pages,
    staff_invitation.pages,
    staff_profile.pages,
    staff_two_factor.pages,
    staff_members.pages,
    staff_member.pages,
    staff_member_acts.pages,
)
"""Every blueprint; a new room of the house is hung up here."""

LARGEST_FORM = 64 * 1024
SESSION_DAYS = 30


def register(app: Flask) -> None:
    """Hang every page on the application."""
    with app.app_context():
        settings = outside().settings
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        PERMANENT_SESSION_LIFETIME=SESSION_DAYS * 24 * 3600,
        SESSION_COOKIE_NAME="punchcard",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=1,  # pages are small: an eighth of the time for a fifth more bytes
        COMPRESS_LEVEL=1,
        COMPRESS_MIMETYPES=["text/html", "text/calendar"],
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,  # no page is the same for long enough to have an ETag
    )
    app.session_interface = HostSessionInterface(app)
    name_requests(app, settings)
    app.before_request(find_visit)
    app.before_request(refuse_what_no_form_sends)
    Compress(app)
    secure(app, settings)
    hang_filters(app)
    show_errors_in_words(app)
    describe_shell(app)
    serve_static_files(app)
    for pages in PAGES:
        app.register_blueprint(pages)
    refuse_undeclared_pages(app)
    register_mailbox(app)
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
