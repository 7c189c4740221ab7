"""The outside world: the time, Stripe, e-mail. What says Stripe says it here."""
