"""Every invariant, recomputed from the facts on the live database (``flask verify``).

One file per family. Nothing here trusts what is kept beside the facts, nor the constraints that guard it.
"""

from portal.operations.verification.verdict import EVERY_INVARIANT as EVERY_INVARIANT
from portal.operations.verification.verdict import broken_invariants as broken_invariants
from portal.operations.verification.verdict import findings as findings
