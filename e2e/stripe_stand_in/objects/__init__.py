"""Stripe's objects, one noun a file: how each is made, and what its endpoints do."""
