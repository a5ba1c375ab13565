"""Evidence in its order, and an honest answer when there is none."""

from tests.unit.bases.test_chain import image, known

from basewise.bases.identify import identify, parents
from basewise.model.reference import Reference


def names(*texts: str) -> list[Reference]:
    return [Reference.parse(text) for text in texts]


def test_an_internal_image_on_a_known_base_was_built_here() -> None:
    found = identify(image("app", "os", "app"), names("reg.test/app:1"), [known("python:3.12", "os")], [], 1)
    assert (found.base.id, found.built_by) == ("docker.io/library/python:3.12", "own")


def test_an_official_image_is_its_own_row_although_its_distribution_is_known() -> None:
    postgres = known("postgres:16", "os", "postgres", named_by="fleet")
    found = identify(postgres.image, names("postgres:16"), [postgres, known("debian:12", "os")], [], 1)
    assert (found.base.id, found.base.method, found.base.layer_count) == ("docker.io/library/postgres:16", "self", 2)
    assert found.built_by == "external"


def test_a_public_image_on_a_base_that_our_dockerfiles_name_was_built_here() -> None:
    found = identify(image("app", "os", "app"), names("ghcr.io/acme/app:1"), [known("python:3.12", "os")], [], 1)
    assert (found.base.id, found.built_by) == ("docker.io/library/python:3.12", "own")


def test_a_public_image_that_stands_on_nothing_known_is_run_as_it_is() -> None:
    found = identify(image("exporter", "x", "y"), names("quay.io/prometheus/node-exporter:v1"), [], [], 1)
    assert (found.base.id, found.built_by) == ("quay.io/prometheus/node-exporter:v1", "external")


def test_an_image_that_a_dockerfile_names_is_its_own_row() -> None:
    golden = known("reg.test/golden:1", "os", "golden")
    found = identify(golden.image, names("reg.test/golden:1"), [golden, known("python:3.12", "os")], [], 1)
    assert (found.base.id, found.base.method) == ("reg.test/golden:1", "self")


def test_layers_that_others_share_but_nobody_names_are_unidentified() -> None:
    one, other = image("one", "os", "one"), image("other", "os", "other")
    found = identify(one, names("reg.test/one:1"), [], [one, other], 1)
    assert found.base.id.startswith("unidentified:sha256:")
    assert (found.base.method, found.base.layer_count) == ("shared-layers", 1)
    assert found.base.id == identify(other, names("reg.test/other:1"), [], [one, other], 1).base.id


def test_an_image_like_no_other_is_cut_where_the_operating_system_ends() -> None:
    lone = image("lone", "os", "packages", "app")
    found = identify(lone, names("reg.test/lone:1"), [], [lone], 2)
    assert (found.base.method, found.base.layer_count, found.built_by) == ("package-database", 2, "unknown")


def test_an_image_without_an_operating_system_stands_on_scratch() -> None:
    lone = image("lone", "binary")
    assert identify(lone, names("reg.test/lone:1"), [], [lone], 0).base.id == "scratch"


def test_parents_are_listed_nearest_first() -> None:
    debian, python, golden = (
        known("debian:12", "os"),
        known("python:3.12", "os", "py"),
        known("reg.test/g:1", "os", "py", "g"),
    )
    everything = [debian, python, golden]
    app = identify(image("app", "os", "py", "g", "app"), names("reg.test/app:1"), everything, [], 1)
    assert app.base.id == "reg.test/g:1"
    images = {one.image.digest: one.image for one in everything}
    assert parents(app.base, everything, images) == ["docker.io/library/python:3.12", "docker.io/library/debian:12"]
