from pathlib import Path

import pytest
from tests.unit.discover.reading_files import named, read, reasons

from basewise.discover.directory import discover
from basewise.discover.interface import Discovered
from basewise.discover.terraform import TerraformSource
from basewise.model.limits import Limits

SOURCE = TerraformSource()


def terraform(content: str, **beside: str) -> Discovered:
    files = {f"infra/{name.replace('_', '.')}": text for name, text in beside.items()}
    return read(SOURCE, "infra/main.tf", {"infra/main.tf": content, **files})


def test_containers_of_kubernetes_resources() -> None:
    found = terraform(
        """\
resource "kubernetes_deployment" "web" {
  spec {
    template {
      spec {
        container {
          image             = "nginx:1.27"
          image_pull_policy = "Always"
        }
      }
    }
  }
}
resource "kubernetes_manifest" "x" {
  manifest = { spec = { containers = [{ name = "image", image = "redis:7" }] } }
}
"""
    )
    assert named(found) == ["nginx:1.27", "redis:7"]
    first = found.usages[0]
    assert (first.line, first.column, first.role, first.final) == (6, 32, "runtime", True)
    assert first.workload == "kubernetes_deployment.web"


@pytest.mark.parametrize(
    ("resource", "attribute"),
    [
        ("google_cloud_run_v2_job", "image"),
        ("azurerm_container_app", "image"),
        ("docker_service", "image"),
        ("aws_apprunner_service", "image_identifier"),
        ("aws_lambda_function", "image_uri"),
    ],
)
def test_resources_of_other_providers(resource: str, attribute: str) -> None:
    found = terraform(f'resource "{resource}" "x" {{\n  a {{\n    {attribute} = "acme/x:1"\n  }}\n}}\n')
    assert [(usage.reference, usage.line) for usage in found.usages] == [("docker.io/acme/x:1", 3)]


def test_machines_are_no_images_and_build_images_are_ci() -> None:
    assert terraform('resource "google_compute_instance" "x" { image = "debian-cloud/debian-12" }') == Discovered()
    found = terraform('resource "aws_codebuild_project" "x" { environment { image = "aws/codebuild/standard:7.0" } }')
    assert found == Discovered()
    found = terraform('resource "aws_codebuild_project" "x" { environment { image = "node:20" } }')
    assert [(usage.role, usage.final) for usage in found.usages] == [("ci", False)]


def test_data_of_a_config_map_is_no_image() -> None:
    assert terraform('resource "kubernetes_config_map_v1" "x" { data = { image = "nginx" } }') == Discovered()


def test_names_are_looked_up_in_the_folder() -> None:
    content = """\
locals { web = "acme/web:${var.tag}", images = { api = ["acme/api:1"] } }
resource "kubernetes_pod" "x" {
  a { image = local.web }
  b { image = local.images["api"][0] }
  c { image = "${local.prefix}/c:${var.given}" }
  d { image = var.unknown }
  e { image = var.computed }
}
"""
    found = terraform(
        content,
        variables_tf='variable "tag" { default = "1" }\nvariable "given" { default = "no" }\n',
        more_tf='variable "computed" { default = lower("A") }\n',
        other_tf='locals { prefix = "ghcr.io/acme" }\n',
        broken_tf="locals {",
        terraform_tfvars='given = "2"\n',
    )
    assert named(found) == ["acme/web:1", "acme/api:1", "ghcr.io/acme/c:2", "var.unknown", "var.computed"]
    assert [usage.confidence for usage in found.usages[:3]] == [0.9, 1.0, 0.9]
    assert reasons(found) == [
        "'var.unknown': var.unknown has no value here",
        "'var.computed': it is computed, or no text",
    ]


def test_definitions_of_containers_as_expression_text_and_name() -> None:
    found = terraform(
        """\
locals { all = jsonencode([{ image = "c:1" }]) }
resource "aws_ecs_task_definition" "a" {
  container_definitions = jsonencode([
    { name = "x", image = "a:1" },
    merge(local.more, { image = "b:1" }),
  ])
}
resource "aws_ecs_task_definition" "b" { container_definitions = local.all }
resource "aws_ecs_task_definition" "c" {
  container_definitions = <<-JSON
    [
      {"name": "${var.x}", "cpu": ${var.cpu},
       "image": "d:1"},
      {"image": "e:${var.tag}"}
    ]
  JSON
}
resource "aws_ecs_task_definition" "d" { container_definitions = "[{\\"image\\": \\"f:1\\"}]" }
resource "aws_ecs_task_definition" "e" { container_definitions = file("x.json") }
resource "aws_ecs_task_definition" "f" { container_definitions = "[{" }
""",
        variables_tf='variable "tag" { default = "2" }\n',
    )
    assert [(name, u.line) for name, u in zip(named(found), found.usages, strict=True)] == [
        ("c:1", 1),
        ("a:1", 4),
        ("b:1", 5),
        ("d:1", 13),
        ("e:2", 14),
        ("f:1", 18),
    ]
    assert found.status.status == "partial"
    assert "line 19: the containers of aws_ecs_task_definition.e are computed" in found.status.reason
    assert "line 20: the containers of aws_ecs_task_definition.f" in found.status.reason


def test_docker_images_are_pulled_or_built() -> None:
    found = terraform(
        """\
data "docker_registry_image" "r" { name = "postgres:16" }
resource "docker_image" "p" { name = data.docker_registry_image.r.name }
resource "docker_image" "b" {
  name = "acme/own:1"
  build {
    context    = "app"
    dockerfile = "D"
    target     = "t"
  }
}
resource "docker_registry_image" "pushed" { name = docker_image.b.name }
resource "docker_container" "c" { image = docker_image.p.image_id }
"""
    )
    assert named(found) == ["postgres:16"]
    (build,) = found.builds
    assert (build.dockerfile, build.context, build.target) == ("infra/app/D", "infra/app", "t")
    assert (build.images, build.service) == (["docker.io/acme/own:1"], "docker_image.b")


def test_values_of_helm_releases_by_the_conventions_of_charts() -> None:
    found = terraform(
        """\
resource "helm_release" "a" {
  set {
    name  = "image.repository"
    value = "acme/a"
  }
  set {
    name  = "image.tag"
    value = "1"
  }
  set {
    name  = "sidecar.image"
    value = "envoy:1"
  }
  set {
    name  = "imagePullPolicy"
    value = "x"
  }
}
resource "helm_release" "b" {
  set = [{ name = "x.image.repository", value = "b" }, { name = "x.image.registry", value = "ghcr.io/acme" }]
}
"""
    )
    assert named(found) == ["acme/a:1", "envoy:1", "ghcr.io/acme/b"]
    assert [(usage.line, usage.confidence) for usage in found.usages] == [(4, 0.9), (12, 0.9), (20, 0.9)]


def test_json_syntax() -> None:
    content = """\
{
  "locals": {"tag": "7"},
  "resource": {"kubernetes_pod": {"x": [{"spec": {"container": [
    {"image": "redis:${local.tag}"}]}}]},
    "aws_ecs_task_definition": {"y": {"container_definitions": "${jsonencode([{image = \\"a:1\\"}])}"}}}
}
"""
    found = read(SOURCE, "main.tf.json", {"main.tf.json": content})
    assert [(name, u.line) for name, u in zip(named(found), found.usages, strict=True)] == [("redis:7", 4), ("a:1", 5)]


def test_broken_and_large_files_are_said() -> None:
    assert terraform('resource "image" {').status.reason == "line 1: a block is not closed"
    limited = read(SOURCE, "main.tf", {"main.tf": "image"}, Limits(hcl_bytes=3))
    assert limited.status.reason == "larger than hcl_bytes = 3"


def test_a_module_is_a_folder_on_disk_and_nothing_behind_links(tmp_path: Path) -> None:
    module, outside = tmp_path / "module", tmp_path / "outside"
    module.mkdir()
    outside.mkdir()
    (outside / "secret.tf").write_text('variable "b" { default = "leaked" }\n')
    (module / "main.tf").write_text('resource "kubernetes_pod" "x" {\n image = "a:${var.a}"\n}\n')
    (module / "more.tf").write_text('resource "kubernetes_pod" "y" {\n image = "b:${var.b}"\n}\n')
    (module / "values.tf").write_text('variable "a" { default = "1" }\n')
    (module / "link.tf").symlink_to(outside / "secret.tf")
    found = dict(discover(module, [SOURCE], Limits()))
    assert named(found["main.tf"]) == ["a:1"]
    assert reasons(found["more.tf"]) == ["'b:${var.b}': var.b has no value here"]
