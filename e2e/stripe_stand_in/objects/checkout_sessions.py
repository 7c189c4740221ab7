"""Checkout Sessions: a hosted page on which one basket is paid for, or one card saved."""

import copy
from urllib.parse import urlsplit

from e2e.stripe_stand_in.call import Call
from e2e.stripe_stand_in.cards import TypedCard
from e2e.stripe_stand_in.errors import bad_parameter, missing_parameter, refused
from e2e.stripe_stand_in.listing import list_object, listed, page, same
from e2e.stripe_stand_in.money import chargeable, known_currency
from e2e.stripe_stand_in.parameters import Params
from e2e.stripe_stand_in.store import Obj

from . import customers, payment_intents, payment_methods, setup_intents
from .metadata import merged

KIND = "checkout.session"
EARLIEST_END = 30 * 60
LATEST_END = 24 * 60 * 60
MOST_LINES = 100
OWN_ID = "{CHECKOUT_SESSION_ID}"
#: Stripe's types for the rest of its features, which the stand-in refuses rather than ignores.
UNSUPPORTED = (
    "automatic_tax", "custom_fields", "discounts", "invoice_creation", "optional_items",
    "payment_method_configuration", "shipping_options", "subscription_data", "tax_id_collection",
)  # fmt: skip


def create(call: Call, params: Params) -> Obj:
    """POST /v1/checkout/sessions, in `payment` or `setup` mode, with Stripe's own page."""
    mode = _mode(params)
    _supported(params)
    _urls(params)
    lines, currency = _lines(call, params) if mode == "payment" else ([], _setup_currency(params))
    customer = _customer(call, params)
    session = _blank(call, params, mode=mode, currency=currency, customer=customer)
    call.books.add(session, lines=lines, intent_params=params.get("payment_intent_data", {}))
    call.books.wait(session)
    if mode == "payment":
        total = sum(line["amount_total"] for line in lines)
        session |= {"amount_subtotal": total, "amount_total": total}
        session["total_details"] = {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}
    else:
        intent = setup_intents.new(call, customer=customer, params=params.get("setup_intent_data", {}))
        call.unseen(intent)["session"] = session["id"]
        session["setup_intent"] = intent["id"]
    return session


def retrieve(call: Call, _params: Params, id_: str) -> Obj:
    """GET /v1/checkout/sessions/:id."""
    return call.books.at_address(KIND, id_, param="session")


def update(call: Call, params: Params, id_: str) -> Obj:
    """POST /v1/checkout/sessions/:id: metadata only."""
    session = call.books.at_address(KIND, id_, param="session")
    session["metadata"] = merged(session["metadata"], params.get("metadata"))
    return session


def list_all(call: Call, params: Params) -> Obj:
    """GET /v1/checkout/sessions."""
    email = params.get("customer_details", {}).get("email")
    alike = same(params, "customer", "payment_intent", "status")

    def fits(session: Obj) -> bool:
        details = session["customer_details"] or {}
        return alike(session) and (email is None or details.get("email") == email)

    return listed(call, KIND, params, url="/v1/checkout/sessions", fits=fits)


def list_lines(call: Call, params: Params, id_: str) -> Obj:
    """GET /v1/checkout/sessions/:id/line_items."""
    session = call.books.at_address(KIND, id_, param="session")
    return page(call.unseen(session)["lines"], params, url=_lines_url(session))


def line_items(call: Call, session: Obj) -> Obj:
    """The session's lines as Stripe expands them."""
    return list_object(copy.deepcopy(call.unseen(session)["lines"]), url=_lines_url(session))


def expire(call: Call, _params: Params, id_: str) -> Obj:
    """POST /v1/checkout/sessions/:id/expire. Refuses one that is not open."""
    session = call.books.at_address(KIND, id_, param="session")
    if session["status"] != "open":
        raise refused(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session['status']}`."
        )
    end(call, session)
    return session


def expire_due(call: Call) -> None:
    """Ends every open session whose time is over."""
    for session in call.books.waiting(KIND):
        if call.now >= session["expires_at"]:
            end(call, session)


def end(call: Call, session: Obj) -> None:
    """The session expires: its page and its intent take no money any more."""
    call.books.settle(session)
    session |= {"status": "expired", "url": None}
    for module, name in ((payment_intents, "payment_intent"), (setup_intents, "setup_intent")):
        intent = call.books.objects.get(session[name] or "")
        if intent is not None and intent["status"] != "canceled":
            module.cancel_now(call, intent, "abandoned")
    call.emit("checkout.session.expired", session)


def pay(call: Call, session: Obj, typed: TypedCard, *, email: str | None = None) -> Obj:
    """The customer pressed Pay (or Save card). Gives the intent, which succeeded or asks for 3-D Secure.

    Raises CardError where the card is declined; the session stays open and the customer may retry.
    """
    if email:
        call.unseen(session)["email"] = email
    method = payment_methods.new(call, typed, email=email_of(call, session))
    intent = _intent(call, session)
    call.unseen(intent)["return_url"] = success_url(session)
    if session["mode"] == "setup":
        setup_intents.attempt(call, intent, method)
    else:
        payment_intents.attempt(call, intent, method)
    complete_if_paid(call, session)
    return intent


def complete_if_paid(call: Call, session: Obj) -> bool:
    """Completes the session once its intent has succeeded; says whether it is complete."""
    intent = call.books.objects[session["payment_intent"] or session["setup_intent"]]
    if session["status"] == "complete" or intent["status"] != "succeeded":
        return bool(session["status"] == "complete")
    if session["customer"] is None and session["customer_creation"] == "always":
        session["customer"] = intent["customer"]
    call.books.settle(session)
    session |= {
        "status": "complete",
        "url": None,
        "payment_status": "paid" if session["mode"] == "payment" else "no_payment_required",
        "customer_details": _details(call, session),
    }
    call.emit("checkout.session.completed", session)
    return True


def reopen(session: Obj) -> None:
    """Opens an expired session again, for money that arrives late; Stripe itself never does."""
    session |= {"status": "open", "payment_intent": None}


def success_url(session: Obj) -> str:
    """Where the customer goes after paying."""
    return str(session["success_url"]).replace(OWN_ID, session["id"])


def cancel_url(session: Obj) -> str | None:
    """Where the button Back goes; None where the caller gave no address."""
    url = session["cancel_url"]
    return str(url).replace(OWN_ID, session["id"]) if url else None


def _blank(call: Call, params: Params, *, mode: str, currency: str | None, customer: str | None) -> Obj:
    id_ = call.ids.checkout_session()
    return {
        "id": id_,
        "object": KIND,
        "adaptive_pricing": {"enabled": False},
        "after_expiration": None,
        "allow_promotion_codes": params.get("allow_promotion_codes"),
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "amount_subtotal": None,
        "amount_total": None,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url") or None,
        "client_reference_id": params.get("client_reference_id"),
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "created": call.now,
        "currency": currency,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": customer,
        "customer_account": None,
        "customer_creation": None if customer else params.get("customer_creation", "if_required"),
        "customer_details": _known_details(call, params, customer),
        "customer_email": params.get("customer_email"),
        "discounts": None,
        "expires_at": _end(call, params),
        "integration_identifier": params.get("integration_identifier"),
        "invoice": None,
        "invoice_creation": None,
        "livemode": False,
        "locale": params.get("locale"),
        "managed_payments": {"enabled": False},
        "metadata": merged({}, params.get("metadata")),
        "mode": mode,
        "origin_context": None,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "always" if mode == "setup" else "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "payment_status": "unpaid" if mode == "payment" else "no_payment_required",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": params.get("submit_type"),
        "subscription": None,
        "success_url": params["success_url"],
        "total_details": None,
        "ui_mode": "hosted_page",
        "url": f"{call.public_url}/c/pay/{id_}",
        "wallet_options": None,
    }


def _mode(params: Params) -> str:
    if "mode" not in params:
        raise missing_parameter("mode")
    if params["mode"] == "subscription":
        raise bad_parameter("The stand-in does not do subscriptions.", param="mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise bad_parameter("The stand-in has Stripe's hosted page only.", param="ui_mode")
    return str(params["mode"])


def _supported(params: Params) -> None:
    for name in UNSUPPORTED:
        if name in params:
            raise bad_parameter(f"The stand-in does not do {name}.", param=name)
    if params["mode"] == "setup":
        for name in ("line_items", "payment_intent_data", "submit_type"):
            if name in params:
                raise bad_parameter(f"You can not pass `{name}` in `setup` mode.", param=name)
    elif "setup_intent_data" in params:
        raise bad_parameter(
            "You can not pass `setup_intent_data` in `payment` mode.", param="setup_intent_data"
        )
    types = params.get("allowed_payment_method_types", ["card"])
    if "card" not in types:
        raise bad_parameter("The stand-in takes cards only.", param="allowed_payment_method_types")


def _urls(params: Params) -> None:
    if not params.get("success_url"):
        raise missing_parameter("success_url")
    for name in ("success_url", "cancel_url"):
        url = urlsplit(params.get(name) or "https://example.com")
        if url.scheme not in ("http", "https") or not url.netloc:
            raise bad_parameter("Not a valid URL", param=name, code="url_invalid")


def _setup_currency(params: Params) -> str | None:
    if "currency" not in params and "allowed_payment_method_types" not in params:
        raise missing_parameter("currency")
    return known_currency(params["currency"]) if "currency" in params else None


def _end(call: Call, params: Params) -> int:
    end_ = int(params.get("expires_at", call.now + LATEST_END))
    if end_ < call.now + EARLIEST_END:
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise bad_parameter(message, param="expires_at")
    if end_ > call.now + LATEST_END:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise bad_parameter(message, param="expires_at")
    return end_


def _customer(call: Call, params: Params) -> str | None:
    if "customer" in params and "customer_email" in params:
        raise bad_parameter("You may only specify one of these parameters: customer, customer_email.")
    if "customer" in params and "customer_creation" in params:
        raise bad_parameter("You may only specify one of these parameters: customer, customer_creation.")
    if "customer_email" in params:
        customers.valid_email(params["customer_email"], param="customer_email")
    if "customer" not in params:
        return None
    return str(call.books.named_by("customer", params["customer"], param="customer")["id"])


def _lines(call: Call, params: Params) -> tuple[list[Obj], str]:
    given = params.get("line_items")
    if not given:
        raise missing_parameter("line_items")
    if len(given) > MOST_LINES:
        raise bad_parameter(f"You may only specify up to {MOST_LINES} line items.", param="line_items")
    lines = [_line(call, item, f"line_items[{position}]") for position, item in enumerate(given)]
    currency = lines[0]["currency"]
    if any(line["currency"] != currency for line in lines) or params.get("currency", currency) != currency:
        raise bad_parameter("All line items must have the same currency.", param="line_items")
    total = sum(line["amount_total"] for line in lines)
    chargeable(total, currency, whose="The Checkout Session's total amount due", param="line_items")
    return lines, currency


def _line(call: Call, item: Params, path: str) -> Obj:
    if "price" in item:
        raise refused(f"No such price: '{item['price']}'", code="resource_missing", param=f"{path}[price]")
    if "price_data" not in item:
        raise missing_parameter(f"{path}[price_data]")
    price = item["price_data"]
    for name in ("unit_amount", "product_data"):
        if name not in price:
            raise missing_parameter(f"{path}[price_data][{name}]")
    if "quantity" not in item:
        raise missing_parameter(f"{path}[quantity]")
    if price["unit_amount"] < 0 or item["quantity"] < 1:
        raise bad_parameter("Invalid non-negative integer", param=path, code="parameter_invalid_integer")
    return _line_object(call, item, known_currency(price["currency"], param=f"{path}[price_data][currency]"))


def _line_object(call: Call, item: Params, currency: str) -> Obj:
    unit, product = item["price_data"]["unit_amount"], item["price_data"]["product_data"]
    amount = unit * item["quantity"]
    return {
        "id": call.ids.new("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": product["name"],
        "metadata": merged({}, item.get("metadata")),
        "price": _price(call, unit, currency),
        "quantity": item["quantity"],
    }


def _price(call: Call, unit: int, currency: str) -> Obj:
    return {
        "id": call.ids.new("price"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": call.now,
        "currency": currency,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": call.ids.new("prod", 14),
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": unit,
        "unit_amount_decimal": str(unit),
    }


def _lines_url(session: Obj) -> str:
    return f"/v1/checkout/sessions/{session['id']}/line_items"


def _intent(call: Call, session: Obj) -> Obj:
    """The intent behind the session; Stripe makes a PaymentIntent when the customer first tries to pay."""
    id_ = session["payment_intent"] or session["setup_intent"]
    if id_ is not None:
        intent = call.books.objects[id_]
        if session["mode"] == "setup" and intent["customer"] is None:
            intent["customer"] = _made_customer(call, session)
        return intent
    params = call.unseen(session)["intent_params"]
    customer = session["customer"] or _made_customer(call, session)
    intent = payment_intents.new(
        call, amount=session["amount_total"], currency=session["currency"], customer=customer, params=params
    )
    call.unseen(intent)["session"] = session["id"]
    session["payment_intent"] = intent["id"]
    return intent


def _made_customer(call: Call, session: Obj) -> str | None:
    if session["customer_creation"] != "always":
        return None
    return str(customers.new(call, {"email": email_of(call, session)})["id"])


def email_of(call: Call, session: Obj) -> str | None:
    """The customer's address, as far as anybody said."""
    known = call.books.objects.get(session["customer"] or "", {}).get("email")
    return known or session["customer_email"] or call.unseen(session).get("email")


def _known_details(call: Call, params: Params, customer: str | None) -> Obj | None:
    """What is known of the customer before the page is filled in; nobody where nothing is."""
    known = call.books.objects.get(customer or "", {})
    email = known.get("email") or params.get("customer_email")
    return _person(email, known) if email else None


def _details(call: Call, session: Obj) -> Obj:
    return _person(email_of(call, session), call.books.objects.get(session["customer"] or "", {}))


def _person(email: str | None, customer: Obj) -> Obj:
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": customer.get("name"),
        "phone": customer.get("phone"),
        "tax_exempt": "none",
        "tax_ids": None,
    }
