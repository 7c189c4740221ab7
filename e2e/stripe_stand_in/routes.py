"""Which address of Stripe's API is which endpoint, with the SDK's type of its parameters."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from stripe import params
from stripe.params import checkout

from .objects import (
    charges,
    checkout_sessions,
    customers,
    disputes,
    events,
    payment_intents,
    payment_methods,
    refunds,
    setup_intents,
)
from .store import Obj

Endpoint = Callable[..., Obj]


@dataclass(frozen=True)
class Route:
    """One method and address; its stars are the ids that the endpoint gets after call and parameters."""

    method: str
    address: str
    params: Any
    endpoint: Endpoint

    @property
    def pattern(self) -> re.Pattern[str]:
        """The address as an expression whose groups are the ids."""
        return _pattern(self.address)


@cache
def _pattern(address: str) -> re.Pattern[str]:
    return re.compile(re.escape(f"/v1/{address}").replace(r"\*", "([^/]+)"))


SESSIONS = (
    Route("POST", "checkout/sessions", checkout.SessionCreateParams, checkout_sessions.create),
    Route("GET", "checkout/sessions", checkout.SessionListParams, checkout_sessions.list_all),
    Route("GET", "checkout/sessions/*", checkout.SessionRetrieveParams, checkout_sessions.retrieve),
    Route("POST", "checkout/sessions/*", checkout.SessionUpdateParams, checkout_sessions.update),
    Route("POST", "checkout/sessions/*/expire", checkout.SessionExpireParams, checkout_sessions.expire),
    Route(
        "GET",
        "checkout/sessions/*/line_items",
        checkout.SessionLineItemListParams,
        checkout_sessions.list_lines,
    ),
)
CUSTOMERS = (
    Route("POST", "customers", params.CustomerCreateParams, customers.create),
    Route("GET", "customers", params.CustomerListParams, customers.list_all),
    Route("GET", "customers/*", params.CustomerRetrieveParams, customers.retrieve),
    Route("POST", "customers/*", params.CustomerUpdateParams, customers.update),
    Route(
        "GET",
        "customers/*/payment_methods",
        params.CustomerPaymentMethodListParams,
        payment_methods.list_of_customer,
    ),
    Route(
        "GET",
        "customers/*/payment_methods/*",
        params.CustomerPaymentMethodRetrieveParams,
        payment_methods.retrieve_of_customer,
    ),
)
PAYMENT_METHODS = (
    Route("POST", "payment_methods", params.PaymentMethodCreateParams, payment_methods.create),
    Route("GET", "payment_methods", params.PaymentMethodListParams, payment_methods.list_all),
    Route("GET", "payment_methods/*", params.PaymentMethodRetrieveParams, payment_methods.retrieve),
    Route("POST", "payment_methods/*/attach", params.PaymentMethodAttachParams, payment_methods.attach),
    Route("POST", "payment_methods/*/detach", params.PaymentMethodDetachParams, payment_methods.detach),
)
PAYMENT_INTENTS = (
    Route("POST", "payment_intents", params.PaymentIntentCreateParams, payment_intents.create),
    Route("GET", "payment_intents", params.PaymentIntentListParams, payment_intents.list_all),
    Route("GET", "payment_intents/*", params.PaymentIntentRetrieveParams, payment_intents.retrieve),
    Route("POST", "payment_intents/*", params.PaymentIntentUpdateParams, payment_intents.update),
    Route("POST", "payment_intents/*/confirm", params.PaymentIntentConfirmParams, payment_intents.confirm),
    Route("POST", "payment_intents/*/cancel", params.PaymentIntentCancelParams, payment_intents.cancel),
)
SETUP_INTENTS = (
    Route("POST", "setup_intents", params.SetupIntentCreateParams, setup_intents.create),
    Route("GET", "setup_intents", params.SetupIntentListParams, setup_intents.list_all),
    Route("GET", "setup_intents/*", params.SetupIntentRetrieveParams, setup_intents.retrieve),
    Route("POST", "setup_intents/*/confirm", params.SetupIntentConfirmParams, setup_intents.confirm),
    Route("POST", "setup_intents/*/cancel", params.SetupIntentCancelParams, setup_intents.cancel),
)
MONEY_BACK = (
    Route("GET", "charges", params.ChargeListParams, charges.list_all),
    Route("GET", "charges/*", params.ChargeRetrieveParams, charges.retrieve),
    Route("POST", "refunds", params.RefundCreateParams, refunds.create),
    Route("GET", "refunds", params.RefundListParams, refunds.list_all),
    Route("GET", "refunds/*", params.RefundRetrieveParams, refunds.retrieve),
    Route("POST", "refunds/*", params.RefundUpdateParams, refunds.update),
    Route("GET", "disputes", params.DisputeListParams, disputes.list_all),
    Route("GET", "disputes/*", params.DisputeRetrieveParams, disputes.retrieve),
)
EVENTS = (
    Route("GET", "events", params.EventListParams, events.list_all),
    Route("GET", "events/*", params.EventRetrieveParams, events.retrieve),
)
ROUTES = (*SESSIONS, *CUSTOMERS, *PAYMENT_METHODS, *PAYMENT_INTENTS, *SETUP_INTENTS, *MONEY_BACK, *EVENTS)
