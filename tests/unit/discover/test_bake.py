import pytest
from tests.unit.discover.reading_files import named, read, reasons

from basewise.discover.bake import BakeSource
from basewise.discover.interface import Discovered
from basewise.model.limits import Limits

SOURCE = BakeSource()


def bake(content: str, **beside: str) -> Discovered:
    files = {f"docker-bake.{name.replace('_', '.')}": text for name, text in beside.items()}
    return read(SOURCE, "docker-bake.hcl", {"docker-bake.hcl": content, **files})


def test_targets_have_what_they_inherit_and_defaults_of_variables() -> None:
    found = bake(
        """\
variable "TAG" { default = "1.2" }
target "_base" { args = { A = "1", B = "2" } }
target "_other" { inherits = ["_base"], context = "other" }
target "app" {
  inherits = ["_other"]
  dockerfile = "Dockerfile.${TAG}"
  args = { B = "3", C = UNKNOWN }
  contexts = { base = "docker-image://alpine:${TAG}", x = "target:_base", y = "docker-image://z:${NO}" }
  tags = ["acme/app:${TAG}", "acme/app:${lower(x)}"]
}
"""
    )
    assert named(found) == ["alpine:1.2", "z:${NO}"]
    assert [(usage.line, usage.role, usage.confidence) for usage in found.usages] == [
        (8, "build", 0.9),
        (8, "build", 1.0),
    ]
    assert reasons(found) == ["'z:${NO}': NO has no value here"]
    other, app = found.builds
    assert (other.service, other.context) == ("_other", "other")
    assert (app.dockerfile, app.context, app.service, app.line) == ("other/Dockerfile.1.2", "other", "app", 4)
    assert (app.arguments, app.images[0]) == ({"A": "1", "B": "3"}, "docker.io/acme/app:1.2")


def test_a_matrix_makes_targets() -> None:
    found = bake(
        """\
target "app" {
  name = "app-${item.key}-${v}"
  matrix = { item = [{ key = "a" }, { key = "b" }], v = ["1"] }
  target = item.key
  contexts = { base = "docker-image://node:${v}" }
}
"""
    )
    assert named(found) == ["node:1"]
    assert [(build.service, build.target) for build in found.builds] == [("app-a-1", "a"), ("app-b-1", "b")]


def test_overrides_change_targets_of_the_file_below() -> None:
    base = 'target "app" {\n  dockerfile = "D"\n  args = { A = "1" }\n}\n'
    override = 'target "app" {\n  context = "svc"\n  args = { B = "2" }\n}\ntarget "own" { dockerfile = "O" }\n'
    (build,) = bake(base, override_hcl=override).builds
    assert (build.dockerfile, build.context, build.arguments, build.line) == ("svc/D", "svc", {"A": "1", "B": "2"}, 1)
    files = {"docker-bake.hcl": base, "docker-bake.override.hcl": override}
    (own,) = read(SOURCE, "docker-bake.override.hcl", files).builds
    assert (own.dockerfile, own.file) == ("O", "docker-bake.override.hcl")


def test_json_says_the_same() -> None:
    content = """\
{
  "variable": {"T": {"default": "9"}},
  "target": {"a": {"dockerfile": "D", "tags": ["x:${T}"],
    "contexts": {"q": "docker-image://redis:${T}"}}}
}
"""
    found = read(SOURCE, "docker-bake.json", {"docker-bake.json": content})
    assert (named(found), found.usages[0].line) == (["redis:9"], 4)
    assert found.builds[0].images == ["docker.io/library/x:9"]


def test_an_inline_dockerfile_names_images_with_their_lines() -> None:
    found = bake('target "a" {\n  dockerfile-inline = <<EOT\nFROM golang:1 AS b\n\nFROM debian:12\nEOT\n}\n')
    assert [(name, u.line, u.role) for name, u in zip(named(found), found.usages, strict=True)] == [
        ("golang:1", 3, "build"),
        ("debian:12", 5, "runtime"),
    ]
    assert found.builds == []


@pytest.mark.parametrize(
    ("attribute", "reason"),
    [
        ('context = "https://github.com/a/b.git"', "target a is built from a remote repository"),
        ('context = "../.."', "target a is built from files outside of this directory"),
        ("context = WHERE", "target a is built from a place that the file does not say"),
        ('dockerfile = "${NO}"', "target a is built from a place that the file does not say"),
    ],
)
def test_a_build_from_elsewhere_is_said(attribute: str, reason: str) -> None:
    found = bake(f'target "a" {{ {attribute} }}')
    assert (found.builds, found.status.reason) == ([], f"line 1: {reason}")


def test_targets_that_inherit_each_other_end() -> None:
    circle = 'target "a" {\n  inherits = ["b"]\n  dockerfile = "A"\n}\ntarget "b" { inherits = ["a"] }\n'
    assert [build.dockerfile for build in bake(circle).builds] == ["A"]
    wide = "".join(f'target "t{n}" {{ inherits = ["t{n + 1}", "t{n + 2}"] }}\n' for n in range(60))
    found = bake(wide + 'target "t60" { dockerfile = "D" }\ntarget "t61" { context = "x" }\n')
    assert {build.dockerfile for build in found.builds} == {"x/Dockerfile", "x/D", "D"}


def test_broken_and_large_files_are_said() -> None:
    assert bake('target "a" {').status.reason == "line 1: a block is not closed"
    limited = read(SOURCE, "docker-bake.hcl", {"docker-bake.hcl": "target"}, Limits(hcl_bytes=3))
    assert limited.status.reason == "larger than hcl_bytes = 3"
    assert "docker-bake.json, line " in bake('target "a" {}', json="{").status.reason
    assert bake("# nothing") == Discovered()
