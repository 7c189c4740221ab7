"""The verbs: load, ask a rule, change rows, leave an audit entry. Operations never commit."""
