"""Customers."""

from e2e.stripe_stand_in.call import Call
from e2e.stripe_stand_in.errors import bad_parameter
from e2e.stripe_stand_in.listing import listed, same
from e2e.stripe_stand_in.parameters import Params
from e2e.stripe_stand_in.store import Obj

from .metadata import merged

KIND = "customer"
#: What a caller may set as it is; an empty text unsets it.
PLAIN = ("business_name", "description", "email", "individual_name", "name", "phone")


def new(call: Call, params: Params) -> Obj:
    """A customer with everything that Stripe would show of it."""
    customer: Obj = {
        "id": call.ids.new("cus", 14),
        "object": KIND,
        "address": None,
        "balance": 0,
        "created": call.now,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": call.ids.new("x", 8)[2:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    _change(customer, params)
    call.books.add(customer)
    call.emit("customer.created", customer)
    return customer


def create(call: Call, params: Params) -> Obj:
    """POST /v1/customers."""
    return new(call, params)


def retrieve(call: Call, _params: Params, id_: str) -> Obj:
    """GET /v1/customers/:id."""
    return call.books.at_address(KIND, id_)


def update(call: Call, params: Params, id_: str) -> Obj:
    """POST /v1/customers/:id."""
    customer = call.books.at_address(KIND, id_)
    _change(customer, params)
    call.emit("customer.updated", customer)
    return customer


def list_all(call: Call, params: Params) -> Obj:
    """GET /v1/customers."""
    return listed(call, KIND, params, url="/v1/customers", fits=same(params, "email"))


def _change(customer: Obj, params: Params) -> None:
    if params.get("email"):
        valid_email(params["email"], param="email")
    for name in PLAIN:
        if name in params:
            customer[name] = params[name] or None
    for name in ("address", "shipping"):
        if name in params:
            customer[name] = params[name] or None
    for name in ("balance", "preferred_locales", "tax_exempt", "next_invoice_sequence", "invoice_prefix"):
        if name in params:
            customer[name] = params[name]
    customer["invoice_settings"] |= params.get("invoice_settings", {})
    customer["metadata"] = merged(customer["metadata"], params.get("metadata"))


def valid_email(email: str, *, param: str) -> str:
    """The address itself. Refuses what could not be one."""
    name, at, host = email.partition("@")
    if not (name and at and "." in host.strip(".")) or " " in email:
        raise bad_parameter(f"Invalid email address: {email}", param=param, code="email_invalid")
    return email
