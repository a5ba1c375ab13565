import posixpath
from array import array

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from basewise.model.contents import LayerContents, Unowned
from basewise.scan.files import FileTree, Hidden


def layer(*files: str, whiteouts: tuple[str, ...] = (), opaque: tuple[str, ...] = ()) -> LayerContents:
    names = "\0".join(files).encode()
    return LayerContents(blob="", diff_id="", files=names, whiteouts=list(whiteouts), opaque=list(opaque))


def stacked(*layers: LayerContents) -> set[str]:
    tree = FileTree()
    for each in layers:
        tree.put(each)
    assert len(tree) == len(tree.paths())
    return set(tree.paths())


def sized(*files: tuple[str, int]) -> LayerContents:
    sizes = array("Q", [size for _, size in files]).tobytes()
    return msgspec.structs.replace(layer(*(path for path, _ in files)), file_sizes=sizes)


def test_files_that_nobody_owns_are_counted_with_their_bytes() -> None:
    tree = FileTree()
    tree.put(sized(("usr/bin/bash", 100), ("usr/local/bin/node", 5000), ("etc/passwd", 7)))
    tree.put(sized(("usr/local/bin/node", 6000)))
    assert tree.unowned({"bin/bash", "etc/passwd"}, []) == Unowned(files=1, bytes=6000)
    assert tree.unowned(set(), []) == Unowned(files=3, bytes=6107)


def test_it_is_known_which_layer_wrote_a_file_last() -> None:
    tree = FileTree()
    tree.put(layer("a", "b"))
    tree.put(layer("b"))
    assert (tree.layer_of("a"), tree.layer_of("b")) == (0, 1)


def test_layers_add_up() -> None:
    assert stacked(layer("a", "b/c"), layer("b/c", "b/d"), layer()) == {"a", "b/c", "b/d"}


def test_a_whiteout_removes_a_file_or_a_whole_folder() -> None:
    base = layer("a", "b/c", "b/d/e", "bb")
    assert stacked(base, layer(whiteouts=("a",))) == {"b/c", "b/d/e", "bb"}
    assert stacked(base, layer(whiteouts=("b",))) == {"a", "bb"}


def test_a_whiteout_leaves_what_its_own_layer_brings() -> None:
    assert stacked(layer("b/c", "b/d"), layer("b/new", whiteouts=("b",))) == {"b/new"}


def test_an_opaque_folder_hides_what_is_below_it_only() -> None:
    base = layer("a", "b/c", "b/d/e")
    assert stacked(base, layer("b/new", opaque=("b",))) == {"a", "b/new"}
    assert stacked(base, layer("new", opaque=("",))) == {"new"}


def test_a_file_takes_the_place_of_a_folder() -> None:
    assert stacked(layer("a/b/c", "a/b/d", "a/e"), layer("a/b")) == {"a/b", "a/e"}


def test_more_whiteouts_than_a_few_work_the_same() -> None:
    base = layer(*(f"d{number}/f" for number in range(100)), "kept/f")
    assert stacked(base, layer(whiteouts=tuple(f"d{number}" for number in range(100)))) == {"kept/f"}


def test_what_a_layer_hides_is_told_for_single_paths() -> None:
    hidden = Hidden({"a", "b"}, {"b"}, ["c"])
    assert [hidden.hides(path) for path in ("a", "b", "b/x", "c", "c/x/y", "d", "ab")] == [
        True,
        True,
        True,
        False,
        True,
        False,
        False,
    ]
    assert Hidden(set(), set(), [""]).hides("anything")
    assert not Hidden(set(), set(), []).hides("anything")


NAMES = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map("/".join)


@given(
    st.lists(st.tuples(st.sets(NAMES, max_size=6), st.sets(NAMES, max_size=3), st.sets(NAMES, max_size=2)), max_size=4)
)
def test_stacking_agrees_with_applying_layers_to_a_file_system(
    layers: list[tuple[set[str], set[str], set[str]]],
) -> None:
    tree = FileTree()
    expected: set[str] = set()
    for files, whiteouts, opaque in layers:
        possible = {path for path in files if not any(path.startswith(other + "/") for other in files)}
        tree.put(layer(*sorted(possible), whiteouts=tuple(whiteouts), opaque=tuple(opaque)))
        expected = {
            path
            for path in expected
            if not {path, *ancestors(path)} & whiteouts
            and not ancestors(path) & opaque
            and not {path, *ancestors(path)} & possible
        } | possible
    assert set(tree.paths()) == expected


def ancestors(path: str) -> set[str]:
    found = set()
    while path := posixpath.dirname(path):
        found.add(path)
    return found


def test_a_folder_is_there_as_long_as_something_lies_in_it() -> None:
    tree = FileTree()
    tree.put(layer("a/b/c"))
    assert (tree.has_folder("a/b"), tree.has_folder("a"), tree.has_folder("b")) == (True, True, False)
    tree.put(layer(whiteouts=("a/b",)))
    assert not tree.has_folder("a/b")
