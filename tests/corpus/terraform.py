"""Terraform: resources of several providers, in HCL and JSON."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

from tests.corpus.page import COUNT, Expected, Page, image, tagged


def files(source: random.Random) -> Iterator[tuple[str, bytes, list[Expected]]]:
    """Path, content and what it names."""
    for number in range(COUNT):
        page = Page("terraform", "runtime")
        if source.random() < 0.2:
            _json(page, source)
            yield f"t{number}/main.tf.json", page.content(source), page.expected
            continue
        page.add("# image = nginx:0", 'variable "version" {', '  default     = "1.22"', '  description = "the image"')
        page.add("}", "locals {", '  names = { image = "nginx:0" }', "}")
        page.add('resource "google_compute_instance" "vm" {', "  boot_disk {", "    initialize_params {")
        page.add('      image = "debian-cloud/debian-12"', "    }", "  }", "}")
        for resource in range(source.randrange(1, 5)):
            source.choice((_kubernetes, _ecs, _heredoc, _run, _docker, _helm, _unknown))(page, source, f"r{resource}")
        yield f"t{number}/{source.choice(['main.tf', 'deploy.tf'])}", page.content(source), page.expected


def _kubernetes(page: Page, source: random.Random, name: str) -> None:
    first, (other, canonical, _) = image(source), tagged(source)
    page.add(f'resource "kubernetes_deployment" "{name}" {{', "  spec {", "    template {", "      spec {")
    page.add("        init_container {")
    page.names(f'          image = "{first.written}" # image', first.canonical)
    page.add("        }", "        container {", '          name = "image"', '          image_pull_policy = "Always"')
    page.names(f'          image             = "{other}:${{var.version}}"', f"{canonical}:1.22")
    page.add("        }", "      }", "    }", "  }", "}")


def _ecs(page: Page, source: random.Random, name: str) -> None:
    first, second = image(source), image(source)
    page.add(f'resource "aws_ecs_task_definition" "{name}" {{', '  family = "image"')
    page.add("  container_definitions = jsonencode([", "    {", '      name      = "image"')
    page.names(f'      image     = "{first.written}"', first.canonical)
    page.add('      command   = ["run", "image"]', "    },")
    page.names(f'    {{ "name" : "b", "image" : "{second.written}" }},', second.canonical)
    page.add("  ])", "}")


def _heredoc(page: Page, source: random.Random, name: str) -> None:
    first, (other, canonical, _) = image(source), tagged(source)
    page.add(f'resource "aws_ecs_task_definition" "{name}" {{', "  container_definitions = <<-JSON", "  [", "    {")
    page.add('      "name": "image",', '      "cpu": ${var.cpu},')
    page.names(f'      "image": "{first.written}"', first.canonical)
    page.add("    }, {", '      "name": "${var.name}",')
    page.names(f'      "image": "{other}:${{var.version}}"', f"{canonical}:1.22")
    page.add("    }", "  ]", "  JSON", "}")


def _run(page: Page, source: random.Random, name: str) -> None:
    found = image(source)
    kind = source.choice(["google_cloud_run_v2_service", "azurerm_container_group", "google_cloud_run_service"])
    page.add(f'resource "{kind}" "{name}" {{', "  template {", "    containers {")
    page.names(f'      image = "{found.written}"', found.canonical)
    page.add("    }", "  }", "}")


def _docker(page: Page, source: random.Random, name: str) -> None:
    found = image(source)
    page.add(f'resource "docker_image" "{name}" {{')
    page.names(f'  name = "{found.written}"', found.canonical)
    page.add("}", f'resource "docker_container" "{name}" {{', f"  image = docker_image.{name}.image_id", "}")


def _helm(page: Page, source: random.Random, name: str) -> None:
    other, canonical, tag = tagged(source)
    page.add(f'resource "helm_release" "{name}" {{', '  chart = "image"', "  set {", '    name  = "image.repository"')
    page.names(f'    value = "{other}"', f"{canonical}:{tag}")
    page.add("  }", "  set {", '    name  = "image.tag"', f'    value = "{tag}"', "  }", "}")


def _unknown(page: Page, source: random.Random, name: str) -> None:
    del source
    page.add(f'resource "kubernetes_pod" "{name}" {{', "  spec {", "    container {")
    page.names("      image = aws_ecr_repository.app.repository_url", "aws_ecr_repository.app.repository_url")
    page.add("    }", "  }", "}")


def _json(page: Page, source: random.Random) -> None:
    found = image(source)
    page.add("{", '  "resource": {', '    "kubernetes_pod": {', '      "web": {', '        "spec": [{')
    page.add('          "container": [{', '            "name": "image",')
    page.names(f'            "image": {json.dumps(found.written)}', found.canonical)
    page.add("          }]", "        }]", "      }", "    }", "  }", "}")
