"""The portal's screens as a person uses them: things are found by role and label, and an act returns the
screen that it led to, after checking that it has arrived.
"""
