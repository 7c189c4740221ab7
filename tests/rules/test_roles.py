"""Who may do what."""

from itertools import pairwise

import pytest

from portal.rules.roles import MAY, Capability, Role, may, roles_that_may, who_may_words


def test_an_owner_may_do_everything() -> None:
    assert MAY[Role.OWNER] == set(Capability)


def test_a_manager_may_do_all_but_what_is_the_owners() -> None:
    assert MAY[Role.OWNER] - MAY[Role.MANAGER] == {Capability.BUSINESS}


def test_the_front_desk_looks_after_clients_and_gives_no_money_back() -> None:
    assert MAY[Role.FRONT_DESK] == {Capability.OWN, Capability.CLASSES, Capability.CLIENTS}


def test_an_instructor_sees_the_classes_alone() -> None:
    assert MAY[Role.INSTRUCTOR] == {Capability.OWN, Capability.CLASSES}


def test_whoever_comes_first_may_do_whatever_the_next_one_may() -> None:
    assert all(MAY[less] <= MAY[more] for more, less in pairwise(Role))


@pytest.mark.parametrize(
    ("capability", "words"),
    [
        (Capability.BUSINESS, "Owners"),
        (Capability.MONEY, "Owners and managers"),
        (Capability.CLIENTS, "Owners, managers and the front desk"),
        (Capability.OWN, "Owners, managers, the front desk and instructors"),
    ],
)
def test_a_refusal_begins_with_who_may(capability: Capability, words: str) -> None:
    assert who_may_words(capability) == words
    assert all(may(role, capability) for role in roles_that_may(capability))
