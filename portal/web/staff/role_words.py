"""Every page of staff's in plain words, for the table of who may do what.

A room (a blueprint) has one line for each capability that its pages need.
"""

from collections.abc import Mapping

from portal.rules.roles import Capability

ROOM_WORDS: Mapping[tuple[str, Capability], str] = {
    ("staff_home", Capability.CLASSES): "Today: its classes, and how full they are",
    ("staff_classes", Capability.CLASSES): "The list of classes, and who comes to each",
    ("staff_attendance", Capability.CLASSES): "Check people in at the door, and the list to print",
    ("staff_week", Capability.CLASSES): "A week of classes as a calendar",
    ("staff_profile", Capability.OWN): "Their own name, password and open sign-ins",
    ("staff_two_factor", Capability.OWN): "Their own two-factor sign-in and its recovery codes",
    ("staff_help", Capability.OWN): "This page",
    ("staff_search", Capability.CLIENTS): "Find a client by name, e-mail or phone",
    ("staff_clients", Capability.CLIENTS): "A client at a glance",
    ("staff_client_details", Capability.CLIENTS): "Correct a client’s name and phone number",
    ("staff_client_schedule", Capability.CLIENTS): "A client’s visits, and how each is paid",
    ("staff_client_passes", Capability.CLIENTS): "A client’s passes",
    ("staff_client_pass", Capability.CLIENTS): "One pass with its uses and its history",
    ("pass_issue", Capability.CLIENTS): "Issue a pass",
    ("staff_client_account", Capability.CLIENTS): "A client’s account balance and its ledger",
    ("staff_client_basket", Capability.CLIENTS): "A client’s basket, as they see it",
    ("staff_audit", Capability.CLIENTS): "What was done for one client",
    ("staff_baskets", Capability.CLIENTS): "Open baskets",
    ("staff_bookings", Capability.CLIENTS): "A booking, a guest’s too",
    (
        "staff_cancelling",
        Capability.CLIENTS,
    ): "Cancel a ticket or a booking",
    ("staff_transferring", Capability.CLIENTS): "Move a ticket to another class",
    ("staff_what_if", Capability.CLIENTS): "What-if: what a basket would cost somebody, and why",
    ("staff_new_client", Capability.CLIENTS): "Add a client",
    ("staff_booking_for_client", Capability.CLIENTS): "Book for a client, or for a guest",
    ("staff_what_if_choices", Capability.CLIENTS): "Choose the client, classes and passes of a what-if",
    ("pass_activation", Capability.PASSES): "Activate a pass again",
    ("pass_deactivation", Capability.PASSES): "Deactivate a pass",
    ("pass_edit", Capability.PASSES): "Set a pass’s dates, or the day it ends",
    ("pass_extension", Capability.PASSES): "Extend a pass",
    ("pass_pause", Capability.PASSES): "Pause a pass, and end a pause",
    ("pass_adjustment", Capability.PASSES): "Adjust the uses of a pass",
    ("pass_undo", Capability.PASSES): "Undo what was done with a pass last",
    ("pass_refund", Capability.MONEY): "Refund a pass",
    ("staff_failed_refund", Capability.MONEY): "Send a refund again that the bank did not take",
    (
        "staff_client_account",
        Capability.MONEY,
    ): "Charge or credit a client’s account, or refund it",
    ("staff_first_steps", Capability.SETUP): "Setup, and the first steps of a new studio",
    ("staff_studio_details", Capability.SETUP): "The studio’s name, address and e-mail",
    ("staff_setup_classes", Capability.SETUP): "The classes that are offered, and when they may be booked",
    ("staff_class_times", Capability.SETUP): "Put a class on the timetable, and take one off it",
    ("staff_ticket_types", Capability.SETUP): "The tickets of a class, and their prices",
    ("staff_closed_days", Capability.SETUP): "Days on which the studio is closed",
    ("staff_class_cancelling", Capability.SETUP): "Cancel a class for everybody",
    (
        "staff_purchase_options",
        Capability.SETUP,
    ): "Purchase options: on and off sale, deactivated, active",
    ("staff_option_edit", Capability.SETUP): "Make, change, copy and delete a purchase option",
    ("staff_option_extension", Capability.SETUP): "Extend all passes of a purchase option",
    ("staff_discount_codes", Capability.SETUP): "Discount codes, and who used them",
    ("staff_code_edit", Capability.SETUP): "Make and change a discount code",
    ("staff_code_batches", Capability.SETUP): "Make many discount codes at once",
    ("staff_code_switches", Capability.SETUP): "Switch discount codes off and on",
    (
        "booking_preferences",
        Capability.SETUP,
    ): "Booking preferences, and the waiting lists",
    ("staff_auto_payments", Capability.SETUP): "When a failed auto-payment is tried again",
    ("staff_embedding", Capability.SETUP): "Which sites may show the classes",
    ("staff_letters", Capability.SETUP): "Letters as they read, and those that were not delivered",
    ("staff_plan", Capability.SETUP): "Which plan the studio is on",
    ("staff_audit", Capability.RECORDS): "The audit: everything that anybody did",
    ("staff_plan", Capability.BUSINESS): "Change the plan",
    ("staff_members", Capability.BUSINESS): "Who works here: the list, invitations, two-factor for all",
    ("staff_member", Capability.BUSINESS): "A colleague’s role",
    (
        "staff_member_acts",
        Capability.BUSINESS,
    ): "Deactivate or reactivate a colleague, reset two-factor",
}

WITHIN_PAGES: tuple[tuple[Capability, str], ...] = (
    (Capability.MONEY, "When cancelling or moving a ticket: decide on the money otherwise"),
    (Capability.MONEY, "When booking for a client: charge it to their account, or waive it"),
    (Capability.RECORDS, "Take the list of clients out as a file"),
)
"""What a page asks for beyond what it needs itself (``must_be_able``)."""
