"""Processes of the portal's own, for races and crashes: from a fork server that has everything loaded.

It runs no thread and has no connection, so a child shares nothing with the tests but the database.
"""

import multiprocessing

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(
    [
        "pytest",
        "tests.portal_made_before",
        "tests.races.crew",
        "tests.races.unguarded",
        "tests.races.debtors",
        "tests.crashes.requests",
    ]
)
