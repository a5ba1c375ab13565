"""Configurations of CircleCI."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.corpus.page import COUNT, Expected, Page, image, tagged, yaml


def files(source: random.Random) -> Iterator[tuple[str, bytes, list[Expected]]]:
    """Path, content and what it names."""
    for number in range(COUNT):
        page = Page("circleci", "ci")
        page.add("version: 2.1", "orbs:", "  node: circleci/node@5.1.0  # image: nginx:0")
        first, (name, canonical, tag) = image(source), tagged(source)
        page.add("executors:", "  own:", "    docker:")
        page.names(f"      - image: {yaml(source, first.written)}", first.canonical)
        page.add("        environment:", "          image: nginx:0", "  tagged:", "    parameters:", "      tag:")
        page.add("        type: string", f'        default: "{tag}"', "    docker:")
        page.names(f"      - image: {name}:<< parameters.tag >>", f"{canonical}:{tag}")
        page.add("jobs:")
        jobs = [f"job{job}" for job in range(source.randrange(1, 5))]
        calls = [source.choice((_plain, _parameter, _machine, _unknown))(page, source, job) for job in jobs]
        page.add("workflows:", "  all:", "    jobs:")
        for job, call in zip(jobs, calls, strict=True):
            page.add(f"      - {job}{':' if call else ''}", *([call] if call else []))
        yield f"c{number}/.circleci/config.yml", page.content(source), page.expected


def _plain(page: Page, source: random.Random, job: str) -> str:
    page.add(f"  {job}:", "    docker:")
    for _ in range(source.randrange(1, 3)):
        found = image(source)
        page.names(f"      - image: {yaml(source, found.written)}", found.canonical)
    page.add("        auth:", "          username: image", "          password: $SECRET")
    page.add("    steps:", "      - checkout")
    run = image(source)
    page.names(f"      - run: docker run --rm {run.written}", run.canonical)
    page.add("      - run:", "          name: docker run nginx:0", "          command: |", "            echo hello")
    page.names(f"            docker pull {run.written}", run.canonical)
    return ""


def _parameter(page: Page, source: random.Random, job: str) -> str:
    name, canonical, _ = tagged(source)
    page.add(f"  {job}:", "    parameters:", "      version:", "        type: string", '        default: "0"')
    page.add("    docker:")
    page.names(f"      - image: {name}:<< parameters.version >>", f"{canonical}:3.1", f"{canonical}:3.2")
    page.add("    steps: [checkout]")
    return '          matrix: {parameters: {version: ["3.1", "3.2"]}}'


def _machine(page: Page, source: random.Random, job: str) -> str:
    page.add(f"  {job}:", "    machine:", f"      image: ubuntu-2204:{source.choice(['2024.01.1', 'current'])}")
    page.add("    steps: [checkout]")
    return ""


def _unknown(page: Page, source: random.Random, job: str) -> str:
    name, _, _ = tagged(source)
    page.add(f"  {job}:", "    docker:")
    written = f"{name}:<< pipeline.git.revision >>"
    page.names(f"      - image: {written}", written)
    page.add("    steps: [checkout]")
    return ""
