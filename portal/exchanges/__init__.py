"""Talks with Stripe, step by step: a transaction for the intent, the call, a transaction for the outcome
(M3).

Doors (a request, a webhook, a job) start them; no call is ever made inside a transaction, and a process
that is killed between any two steps is picked up by the reconciler.
"""
