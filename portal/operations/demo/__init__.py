"""Demo studios that one believes, built by the operations that real ones use."""

from portal.operations.demo.opening import PASSWORD as PASSWORD
from portal.operations.demo.opening import Loaded as Loaded
from portal.operations.demo.opening import NotADemo as NotADemo
from portal.operations.demo.opening import holds_demo_accounts as holds_demo_accounts
from portal.operations.demo.opening import load_demo as load_demo
