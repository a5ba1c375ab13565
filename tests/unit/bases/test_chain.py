"""The layer chain names the longest known stack that an image begins with."""

from basewise.bases.chain import begins_with, by_layer_chain, shared_beginning
from basewise.bases.interface import KnownImage, NamedBy
from basewise.model.image import Image, Layer
from basewise.model.reference import Reference


def layer(name: str, diff_id: str = "") -> Layer:
    return Layer(digest=f"sha256:{name}", media_type="application/vnd.oci.image.layer.v1.tar", size=1, diff_id=diff_id)


def image(name: str, *layers: str) -> Image:
    return Image(digest=f"sha256:image-{name}", layers=[layer(one) for one in layers])


def known(reference: str, *layers: str, named_by: NamedBy = "from-line", uses: int = 1) -> KnownImage:
    return KnownImage(
        reference=Reference.parse(reference),
        image=image(reference, *layers),
        named_by=named_by,
        is_public=not reference.startswith("reg.test"),
        uses=uses,
    )


def test_the_longest_known_stack_wins() -> None:
    found = by_layer_chain(
        image("app", "os", "python", "app"), [known("debian:12", "os"), known("python:3.12", "os", "python")]
    )
    assert found is not None
    assert (found.id, found.layer_count, found.method) == ("docker.io/library/python:3.12", 2, "layer-chain")
    assert [candidate.id for candidate in found.candidates] == ["docker.io/library/debian:12"]


def test_an_image_is_never_its_own_base() -> None:
    python = known("python:3.12", "os", "python")
    assert by_layer_chain(python.image, [python]) is None


def test_a_stack_in_another_order_is_no_base() -> None:
    assert by_layer_chain(image("app", "os", "python", "app"), [known("x", "python", "os")]) is None


def test_an_image_without_layers_is_nobodys_base() -> None:
    assert by_layer_chain(image("app", "os"), [known("empty")]) is None


def test_recompressed_layers_are_recognised_by_the_diff_id_that_we_computed() -> None:
    assert begins_with([layer("gzip", "sha256:same"), layer("app")], [layer("zstd", "sha256:same")])


def test_layers_whose_diff_id_is_unknown_are_not_equal_to_each_other() -> None:
    assert not begins_with([layer("a"), layer("app")], [layer("b")])


def test_an_official_image_wins_over_a_strangers_copy() -> None:
    found = by_layer_chain(image("app", "os", "app"), [known("stranger/python:3.12", "os"), known("python:3.12", "os")])
    assert found is not None
    assert found.id == "docker.io/library/python:3.12"
    assert found.confidence < by_unique_name()


def by_unique_name() -> float:
    found = by_layer_chain(image("app", "os", "app"), [known("python:3.12", "os")])
    assert found is not None
    return found.confidence


def test_a_name_in_a_dockerfile_wins_over_a_tag_of_a_layout() -> None:
    found = by_layer_chain(
        image("app", "os", "app"),
        [known("reg.test/a:1", "os", named_by="layout", uses=9), known("reg.test/b:1", "os", named_by="from-line")],
    )
    assert found is not None
    assert found.id == "reg.test/b:1"


def test_two_images_with_the_same_layers_are_not_each_others_base_unless_one_is_named_as_a_base() -> None:
    twin = image("app", "os", "app")
    assert by_layer_chain(twin, [known("reg.test/twin:1", "os", "app", named_by="fleet")]) is None
    assert by_layer_chain(twin, [known("reg.test/twin:1", "os", "app", named_by="from-line")]) is not None


def test_what_several_images_begin_with_is_their_shared_beginning() -> None:
    one, other = image("one", "os", "runtime", "one"), image("other", "os", "runtime", "other")
    assert shared_beginning(one, [one, other]) == 2
    assert shared_beginning(one, [one, image("stranger", "x")]) == 0


def test_a_golden_image_that_adds_no_layer_stands_on_the_public_one_and_not_the_reverse() -> None:
    golden, python = known("reg.test/golden:1", "os", "py", uses=3), known("python:3.12", "os", "py", uses=9)
    below = by_layer_chain(golden.image, [golden, python])
    assert below is not None
    assert below.id == "docker.io/library/python:3.12"
    assert by_layer_chain(python.image, [golden, python]) is None


def test_a_service_stands_on_the_golden_image_rather_than_on_the_public_one_of_the_same_layers() -> None:
    golden, python = known("reg.test/golden:1", "os", "py"), known("python:3.12", "os", "py", uses=9)
    below = by_layer_chain(image("app", "os", "py", "app"), [golden, python])
    assert below is not None
    assert below.id == "reg.test/golden:1"
