"""The stand-in's clock (T2)."""

import time
from pathlib import Path

import pytest

from e2e.stripe_stand_in.clock import Clock

NOON = 1_800_000_000


def clock(tmp_path: Path, says: str | None) -> Clock:
    file = tmp_path / "clock"
    if says is not None:
        file.write_text(says)
    return Clock(file, real_time=lambda: NOON)


def test_without_a_file_it_is_real_time() -> None:
    assert abs(Clock().now() - time.time()) < 2


@pytest.mark.parametrize("says", [None, "", " \n"])
def test_a_missing_or_empty_file_is_real_time(tmp_path: Path, says: str | None) -> None:
    assert clock(tmp_path, says).now() == NOON


@pytest.mark.parametrize(
    ("says", "seconds"),
    [
        ("+2d", 172800),
        ("+36h", 129600),
        ("-10m", -600),
        ("+1d12h\n", 129600),
        ("+90s", 90),
        ("-1h30m", -5400),
    ],
)
def test_an_offset_moves_real_time(tmp_path: Path, says: str, seconds: int) -> None:
    assert clock(tmp_path, says).now() == NOON + seconds


@pytest.mark.parametrize("says", ["2027-01-04T09:00:00Z", "2027-01-04T09:00:00", "2027-01-04T10:00:00+01:00"])
def test_at_an_instant_time_stands_still(tmp_path: Path, says: str) -> None:
    assert clock(tmp_path, says).now() == 1_799_053_200


@pytest.mark.parametrize("says", ["tomorrow", "+2", "+two days", "2d"])
def test_anything_else_is_refused(tmp_path: Path, says: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        clock(tmp_path, says).now()


def test_it_reads_the_file_anew_each_time(tmp_path: Path) -> None:
    told = clock(tmp_path, "+1d")
    assert told.now() == NOON + 86400
    (tmp_path / "clock").write_text("+2d")
    assert told.now() == NOON + 2 * 86400
