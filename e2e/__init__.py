"""Browser journeys and the Stripe stand-in that they pay at. Nothing here is deployed."""
