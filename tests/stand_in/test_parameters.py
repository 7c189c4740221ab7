"""Parameters are held against the SDK's own types."""

from typing import Any

import pytest
import stripe

from e2e.stripe_stand_in.testing import RunningStandIn

from .shop import YOGA, a_session, session_params


def refused(client: stripe.StripeClient, **changes: Any) -> stripe.InvalidRequestError:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        a_session(client, **changes)
    assert caught.value.http_status == 400
    return caught.value


def test_an_unknown_parameter_is_refused_by_name(client: stripe.StripeClient) -> None:
    error = refused(client, colour="blue")
    assert (error.code, error.param) == ("parameter_unknown", "colour")
    assert error.user_message == "Received unknown parameter: colour"


def test_several_unknown_parameters_are_named_together(client: stripe.StripeClient) -> None:
    assert refused(client, colour="blue", size=3).user_message == "Received unknown parameters: colour, size"


def test_an_unknown_parameter_deep_inside_is_refused_with_its_path(client: stripe.StripeClient) -> None:
    line = YOGA | {"price_data": YOGA["price_data"] | {"vat": 20}}
    assert refused(client, line_items=[line]).param == "line_items[0][price_data][vat]"


def test_the_list_of_payment_methods_of_older_versions_is_unknown(client: stripe.StripeClient) -> None:
    assert refused(client, payment_method_types=["card"]).code == "parameter_unknown"


def test_options_of_the_sdk_are_no_parameters(client: stripe.StripeClient) -> None:
    assert refused(client, idempotency_key="k").code == "parameter_unknown"


def test_a_missing_parameter_is_refused_by_name(client: stripe.StripeClient) -> None:
    params: Any = {"currency": "gbp"}
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.create(params)
    assert (caught.value.code, caught.value.param) == ("parameter_missing", "amount")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mode": "gift"}, "Invalid mode: must be one of payment, setup, subscription"),
        ({"expires_at": "soon"}, "Invalid integer: soon"),
        ({"allow_promotion_codes": "perhaps"}, "Invalid boolean: perhaps"),
        ({"line_items": "yoga"}, "Invalid array"),
        ({"payment_intent_data": "mine"}, "Invalid object"),
        ({"success_url": {"a": "b"}}, "Invalid string: was given an object"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(
    client: stripe.StripeClient, changes: dict[str, Any], message: str
) -> None:
    assert refused(client, **changes).user_message == message


def test_an_empty_value_cannot_unset_what_is_required(client: stripe.StripeClient) -> None:
    error = refused(client, mode="")
    assert error.code == "parameter_invalid_empty"


def test_metadata_may_have_any_names_even_numbers(client: stripe.StripeClient) -> None:
    session = a_session(client, metadata={"0": "zero", "attempt": "a1"})
    assert session.metadata is not None
    assert dict(session.metadata.to_dict()) == {"0": "zero", "attempt": "a1"}


@pytest.mark.parametrize(
    "metadata", [{"k" * 41: "v"}, {"k": "v" * 501}, {f"k{number}": "v" for number in range(51)}]
)
def test_metadata_beyond_stripes_limits_is_refused(
    client: stripe.StripeClient, metadata: dict[str, str]
) -> None:
    assert refused(client, metadata=metadata).param == "metadata"


def test_an_unknown_address_is_refused(stand_in: RunningStandIn, client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL") as caught:
        client.v1.products.create({"name": "Mat"})
    assert caught.value.http_status == 404


def test_another_version_of_the_api_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"):
        client.v1.checkout.sessions.create(session_params(), {"stripe_version": "2024-06-20"})
