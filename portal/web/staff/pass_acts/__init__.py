"""What staff do with a client's pass, a page each: who, which pass, what will happen, why, and the button
(S2–S9).

Addresses: /staff/clients/<client>/passes/<pass>/<act>, and /staff/clients/<client>/passes/issue.
"""
