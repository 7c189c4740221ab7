"""Refusals, in the JSON that Stripe sends and its SDK turns into exceptions."""

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """An answer other than 2xx: an HTTP status and the `error` object of its body."""

    #: Whether the idempotency key remembers this answer (an endpoint had begun to execute).
    remembered = True
    #: What Stripe advises the client in `Stripe-Should-Retry`; None leaves the header out.
    should_retry: bool | None = None

    def __init__(self, status: int, error: Json) -> None:
        super().__init__(error.get("message"))
        self.status = status
        self.error = error


class ParameterError(ApiError):
    """A parameter was refused before the endpoint began, so no idempotency key remembers it."""

    remembered = False


class CardError(ApiError):
    """The card was declined, or its bank wants its holder present (HTTP 402)."""

    def __init__(self, message: str, *, code: str, **more: str | None) -> None:
        """`more` is `decline_code`, `param` and `advice_code`, left out where None, as at Stripe."""
        error: Json = {"type": "card_error", "code": code, "message": message, "doc_url": doc_url(code)}
        super().__init__(402, error | {name: value for name, value in more.items() if value is not None})


def doc_url(code: str) -> str:
    """The page on which Stripe explains an error code."""
    return f"https://docs.stripe.com/error-codes/{code.replace('_', '-')}"


def error_body(kind: str, message: str, *, code: str | None = None, param: str | None = None) -> Json:
    """The `error` object of a refusal; what is not known is left out, as at Stripe."""
    error: Json = {"type": kind, "message": message}
    if code is not None:
        error |= {"code": code, "doc_url": doc_url(code)}
    if param is not None:
        error["param"] = param
    return error


def refused(
    message: str, *, code: str | None = None, param: str | None = None, status: int = 400
) -> ApiError:
    """A refusal by an endpoint that looked at its objects: an `invalid_request_error`."""
    return ApiError(status, error_body("invalid_request_error", message, code=code, param=param))


def bad_parameter(message: str, *, param: str | None = None, code: str | None = None) -> ParameterError:
    """A refusal of the parameters themselves."""
    return ParameterError(400, error_body("invalid_request_error", message, code=code, param=param))


def missing_parameter(param: str) -> ParameterError:
    """A required parameter was left out."""
    return bad_parameter(f"Missing required param: {param}.", param=param, code="parameter_missing")


def no_such(kind: str, id_: str, *, param: str, status: int) -> ApiError:
    """No object of that kind has this id in this account: 404 for an address, 400 for a parameter."""
    return refused(f"No such {kind}: '{id_}'", code="resource_missing", param=param, status=status)
