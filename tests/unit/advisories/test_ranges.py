import msgspec
from hypothesis import given
from hypothesis import strategies as st

from basewise.advisories.osv import Affected, Event, Range
from basewise.advisories.ranges import NOTHING, Ranges, affected, begins_later, fixed_in, is_fixed_in, prepare
from basewise.advisories.versions.dpkg import DpkgScheme

DPKG = DpkgScheme()


def ranged(*events: str, kind: str = "ECOSYSTEM") -> Range:
    return Range(kind, [Event(**dict([event.split("=", 1)])) for event in events])


def is_affected(version: str, *ranges: Range, versions: list[str] | None = None) -> bool:
    return affected(version, prepare(Affected(ranges=list(ranges), versions=versions), DPKG), DPKG)


def fix(version: str, *ranges: Range) -> str:
    return fixed_in(version, [prepare(Affected(ranges=list(ranges)), DPKG)], DPKG)


def spread(*ranges: Range, versions: list[str] | None = None) -> str:
    """Which of 1 to 9 are affected."""
    return "".join(str(n) for n in range(1, 10) if is_affected(str(n), *ranges, versions=versions))


def test_a_version_is_affected_from_introduced_until_fixed() -> None:
    assert spread(ranged("introduced=3", "fixed=6")) == "345"


def test_without_a_fix_it_stays_affected() -> None:
    assert spread(ranged("introduced=3")) == "3456789"


def test_zero_is_before_every_version() -> None:
    assert is_affected("0~~", ranged("introduced=0"))
    assert is_affected("~", ranged("introduced=0", "fixed=1"))


def test_fixed_from_the_beginning_means_never_affected() -> None:
    assert spread(ranged("introduced=0", "fixed=0")) == ""


def test_the_last_affected_version_is_affected() -> None:
    assert spread(ranged("introduced=3", "last_affected=6")) == "3456"
    assert spread(ranged("introduced=3", "last_affected=3")) == "3"


def test_a_limit_is_not_reached() -> None:
    assert spread(ranged("introduced=3", "limit=6")) == "345"
    assert spread(ranged("introduced=3", "limit=6", "limit=8")) == "34567"
    assert spread(ranged("introduced=3", "limit=*", "limit=4")) == "3456789"


def test_another_spelling_of_a_listed_version_is_affected() -> None:
    assert is_affected("0:3.0", versions=["3.00"])
    assert not is_affected("3.1", versions=["3.00", "no version"])


def test_listed_versions_stand_in_for_a_range_that_cannot_be_read() -> None:
    broken = ranged("introduced=0", "fixed=no version")
    assert spread(broken, versions=["2", "4"]) == "24"
    assert spread(broken, ranged("introduced=7"), versions=["2"]) == "2789"
    assert prepare(Affected(ranges=[broken], versions=["2"]), DPKG).unreadable == ""
    assert prepare(Affected(ranges=[broken]), DPKG).unreadable != ""


def test_events_count_in_the_order_of_versions_not_of_the_list() -> None:
    expected = "1246"
    assert spread(ranged("introduced=0", "fixed=3", "introduced=4", "fixed=5", "introduced=6", "fixed=7")) == expected
    assert spread(ranged("fixed=7", "introduced=6", "fixed=5", "introduced=4", "fixed=3", "introduced=0")) == expected


def test_a_fix_and_a_return_at_the_same_version_keep_their_order() -> None:
    assert spread(ranged("introduced=1", "fixed=3", "introduced=3", "fixed=5")) == "1234"


def test_one_range_that_holds_it_is_enough() -> None:
    assert spread(ranged("introduced=1", "fixed=3"), ranged("introduced=7")) == "12789"


def test_listed_versions_are_affected_too() -> None:
    assert spread(ranged("introduced=1", "fixed=3"), versions=["5", "2"]) == "125"
    assert spread(versions=["5"]) == "5"


def test_listed_versions_that_a_range_holds_are_not_kept() -> None:
    entry = Affected(ranges=[ranged("introduced=1", "fixed=3")], versions=["1", "2", "5", "no version"])
    assert prepare(entry, DPKG).versions == ["5", "no version"]


def test_commits_are_no_package_versions() -> None:
    commits = ranged("introduced=0", "fixed=deadbeef", kind="GIT")
    assert prepare(Affected(ranges=[commits]), DPKG) == NOTHING
    assert spread(commits, ranged("introduced=8")) == "89"


def test_a_range_without_introduced_says_nothing() -> None:
    assert prepare(Affected(ranges=[ranged("fixed=3"), Range("ECOSYSTEM", None)]), DPKG) == NOTHING


def test_a_range_with_a_bound_that_is_no_version_is_left_out_with_the_reason() -> None:
    found = prepare(Affected(ranges=[ranged("introduced=0", "fixed=1 or so"), ranged("introduced=3")]), DPKG)
    assert found.unreadable == "'1 or so' is no Debian version"
    assert [affected(version, found, DPKG) for version in "123"] == [False, False, True]
    alone = prepare(Affected(ranges=[ranged("introduced=0", "fixed=1 or so")]), DPKG)
    assert (alone != NOTHING, bool(alone)) == (True, True)


def test_without_a_scheme_everything_is_kept_as_written() -> None:
    found = prepare(Affected(ranges=[ranged("fixed=1 or so", "introduced=0")], versions=["1"]), None)
    assert [bound.version for bound in found.ranges[0]] == ["1 or so", "0"]
    assert found.versions == ["1"]


def test_the_fix_is_the_lowest_above_the_version() -> None:
    ranges = ranged("introduced=0", "fixed=3", "introduced=5", "fixed=7")
    assert fix("1", ranges) == "3"
    assert fix("6", ranges) == "7"
    assert fix("7", ranges) == ""


def test_a_fix_that_another_range_holds_is_none() -> None:
    assert fix("1", ranged("introduced=0", "fixed=3"), ranged("introduced=2", "fixed=5")) == "5"


def test_a_fix_that_another_statement_holds_is_none() -> None:
    def said(*statements: Affected, least: str = "") -> str:
        return fixed_in("1", [prepare(statement, DPKG) for statement in statements], DPKG, least=least)

    until_3 = Affected(ranges=[ranged("introduced=0", "fixed=3")])
    assert said(until_3, Affected(ranges=[ranged("introduced=0", "fixed=4")])) == "4"
    assert said(until_3, Affected(ranges=[ranged("introduced=0")])) == ""
    assert said(until_3, Affected(ranges=[ranged("introduced=3", "fixed=6")])) == "6"
    assert said(until_3, Affected(versions=["3"]), Affected(ranges=[ranged("introduced=7", "fixed=8")])) == "8"
    assert said(until_3, Affected(ranges=[ranged("introduced=7", "fixed=8")]), least="5") == "8"


def test_a_fix_is_known_in_another_spelling() -> None:
    ranges = prepare(Affected(ranges=[ranged("introduced=0", "fixed=0:3-0")]), DPKG)
    assert is_fixed_in("3", ranges, DPKG)
    assert not is_fixed_in("4", ranges, DPKG)


def test_newer_versions_may_be_affected_again_where_a_range_begins_late_or_versions_are_listed() -> None:
    assert not begins_later(prepare(Affected(ranges=[ranged("introduced=0", "fixed=3")]), DPKG))
    assert begins_later(prepare(Affected(ranges=[ranged("introduced=2")]), DPKG))
    assert begins_later(Ranges([], ["3"]))


def test_without_a_fixed_event_no_fix_is_known() -> None:
    assert fix("1", ranged("introduced=0", "last_affected=3")) == ""


DIGITS = st.integers(1, 9).map(str)
EVENTS = st.lists(
    st.builds(lambda kind, at: (kind, at), st.sampled_from(["introduced", "fixed", "last_affected", "limit"]), DIGITS),
    min_size=1,
    max_size=6,
    unique_by=lambda event: event[1],
)


@given(EVENTS, DIGITS)
def test_evaluation_equals_the_specifications_procedure(events: list[tuple[str, str]], version: str) -> None:
    inside = False
    for kind, at in sorted(events, key=lambda event: event[1]):
        if kind == "introduced" and version >= at:
            inside = True
        if (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            inside = False
    limits = [at for kind, at in events if kind == "limit"]
    expected = inside and (not limits or any(version < at for at in limits))
    assert is_affected(version, ranged(*(f"{kind}={at}" for kind, at in events))) == expected


@given(EVENTS, DIGITS)
def test_a_fix_is_never_itself_affected(events: list[tuple[str, str]], version: str) -> None:
    ranges = ranged(*(f"{kind}={at}" for kind, at in events))
    found = fix(version, ranges)
    assert not found or (found > version and not is_affected(found, ranges))


def test_what_is_prepared_survives_storage() -> None:
    prepared = prepare(Affected(ranges=[ranged("introduced=0", "fixed=3")], versions=["5"]), DPKG)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(prepared), type=type(prepared)) == prepared
