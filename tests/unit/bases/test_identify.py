"""Evidence in its order, and an honest answer when there is none."""

from tests.unit.bases.test_chain import known

from basewise.bases.identify import identify, parents
from basewise.bases.interface import KnownImage
from basewise.model.facts import Identified

PYTHON = known("python:3.12", "os", "py")
DEBIAN = known("debian:12", "os")


def running(reference: str, *layers: str) -> KnownImage:
    return known(reference, *layers, named_by="fleet")


def base_of(subject: KnownImage, *others: KnownImage, os_layers: int | None = 1) -> Identified:
    return identify(subject.image, [subject, *others], os_layers)


def test_an_internal_image_on_a_known_base_was_built_here() -> None:
    found = base_of(running("reg.test/app:1", "os", "py", "app"), PYTHON)
    assert (found.base.id, found.built_by) == ("docker.io/library/python:3.12", "own")


def test_an_official_image_is_its_own_row_although_its_distribution_is_known() -> None:
    found = base_of(running("postgres:16", "os", "postgres"), DEBIAN)
    assert (found.base.id, found.base.method, found.base.layer_count) == ("docker.io/library/postgres:16", "self", 2)
    assert found.built_by == "external"


def test_a_public_image_on_a_base_that_our_dockerfiles_name_was_built_here() -> None:
    found = base_of(running("ghcr.io/acme/app:1", "os", "py", "app"), PYTHON)
    assert (found.base.id, found.built_by) == ("docker.io/library/python:3.12", "own")


def test_a_public_image_that_stands_on_nothing_known_is_run_as_it_is() -> None:
    found = base_of(running("quay.io/prometheus/node-exporter:v1", "x", "y"))
    assert (found.base.id, found.built_by) == ("quay.io/prometheus/node-exporter:v1", "external")


def test_an_image_that_a_dockerfile_names_is_its_own_row() -> None:
    found = base_of(known("reg.test/golden:1", "os", "py", "golden"), PYTHON)
    assert (found.base.id, found.base.method) == ("reg.test/golden:1", "self")


def test_an_internal_image_that_others_begin_with_is_its_own_row() -> None:
    found = base_of(running("reg.test/base:1", "os"), running("reg.test/app:1", "os", "app"))
    assert (found.base.id, found.base.method) == ("reg.test/base:1", "self")


def test_of_two_names_for_one_image_every_service_gets_the_same() -> None:
    name = known("python:3.12-slim", "os", "py").reference
    twin = KnownImage(reference=name, image=PYTHON.image, named_by="from-line", is_public=True)
    itself = base_of(PYTHON, twin)
    service = base_of(running("reg.test/app:1", "os", "py", "app"), PYTHON, twin)
    assert itself.base.id == service.base.id


def test_layers_that_others_share_but_nobody_names_are_unidentified() -> None:
    one, other = running("reg.test/one:1", "os", "one"), running("reg.test/other:1", "os", "other")
    found = base_of(one, other)
    assert found.base.id.startswith("unidentified:sha256:")
    assert (found.base.method, found.base.layer_count) == ("shared-layers", 1)
    assert found.base.id == base_of(other, one).base.id


def test_two_versions_of_one_service_do_not_make_a_base_of_what_they_share() -> None:
    fleet = [running(f"reg.test/{name}:{tag}", "os", name, tag) for name in ("a", "b") for tag in ("1", "2")]
    found = {base_of(one, *(other for other in fleet if other is not one)).base.id for one in fleet}
    assert len(found) == 1


def test_an_image_like_no_other_is_cut_where_the_operating_system_ends() -> None:
    found = base_of(running("reg.test/lone:1", "os", "packages", "app"), os_layers=2)
    assert (found.base.method, found.base.layer_count, found.built_by) == ("package-database", 2, "unknown")


def test_a_name_that_the_run_knows_for_exactly_these_layers_is_used() -> None:
    tag = known("reg.test/base:1", "os", named_by="layout")
    assert base_of(running("reg.test/lone:1", "os"), tag).base.id == "reg.test/base:1"


def test_an_image_without_any_package_stands_on_scratch() -> None:
    assert base_of(running("reg.test/lone:1", "binary"), os_layers=0).base.id == "scratch"


def test_an_image_that_could_not_be_read_stands_on_something_unknown_and_not_on_scratch() -> None:
    found = base_of(running("reg.test/lone:1", "binary"), os_layers=None)
    assert found.base.id.startswith("unidentified:")
    assert (found.base.method, found.base.confidence, found.base.layer_count) == ("none", 0, 1)


def test_parents_are_listed_nearest_first() -> None:
    golden = known("reg.test/g:1", "os", "py", "g")
    everything = [DEBIAN, PYTHON, golden]
    images = {one.image.digest: one.image for one in everything}
    assert parents(golden.image, everything, images) == ["docker.io/library/python:3.12", "docker.io/library/debian:12"]
