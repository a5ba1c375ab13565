"""Jenkinsfiles, declarative and scripted."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.corpus.page import COUNT, Expected, Page, image

_NAMES = ("Jenkinsfile", "Jenkinsfile.release", "deploy.jenkinsfile", "vars/build.groovy")


def files(source: random.Random) -> Iterator[tuple[str, bytes, list[Expected]]]:
    """Path, content and what it names."""
    for number in range(COUNT):
        page = Page("jenkins", "ci")
        page.add("// docker.image('nginx:0')", "/* agent { docker 'nginx:0' }", " */", 'def text = "docker.image(1)"')
        page.add("def pattern = ~/it's \\/* not a comment/")
        if source.random() < 0.5:
            page.add("pipeline {", "  agent none", "  stages {")
            for _ in range(source.randrange(1, 4)):
                page.add("    stage('docker') {")
                source.choice((_short, _long, _kubernetes, _registry))(page, source)
                page.add("      steps {", "        echo 'docker run nginx:0'")
                source.choice((_shell, _object, _unknown))(page, source)
                page.add("      }", "    }")
            page.add("  }", "}")
        else:
            page.add("node('docker') {")
            for _ in range(source.randrange(1, 4)):
                source.choice((_shell, _object, _unknown, _template))(page, source)
            page.add("}")
        yield f"j{number}/{source.choice(_NAMES)}", page.content(source), page.expected


def _quoted(source: random.Random, text: str) -> str:
    return source.choice([f"'{text}'", f'"{text}"'])


def _short(page: Page, source: random.Random) -> None:
    found = image(source)
    page.names(f"      agent {{ docker {_quoted(source, found.written)} }}", found.canonical)


def _long(page: Page, source: random.Random) -> None:
    found = image(source)
    page.add("      agent {", "        docker {")
    page.names(f"          image {_quoted(source, found.written)}", found.canonical)
    page.add("          args '-v /tmp:/tmp nginx:0'", "        }", "      }")


def _registry(page: Page, source: random.Random) -> None:
    page.add("      agent {", "        docker {", "          registryUrl 'https://reg.example.com:5000/'")
    page.names(f"          image {_quoted(source, 'acme/tool:1')}", "reg.example.com:5000/acme/tool:1")
    page.add("        }", "      }")


def _kubernetes(page: Page, source: random.Random) -> None:
    first, second = image(source), image(source)
    quote = source.choice(["'''", '"""'])
    page.add(f"      agent {{ kubernetes {{ yaml {quote}", "apiVersion: v1", "kind: Pod", "spec:", "  containers:")
    page.add("  - name: a")
    page.names(f"    image: {first.written}", first.canonical)
    page.add("  - name: b  # image: nginx:0")
    page.names(f"    image: '{second.written}'", second.canonical)
    page.add(f"{quote} }} }}")


def _shell(page: Page, source: random.Random) -> None:
    found = image(source)
    if source.random() < 0.5:
        page.names(f"        sh {_quoted(source, f'docker run --rm {found.written} make')}", found.canonical)
    else:
        page.add("        sh '''", "          docker run --rm \\\\", "            -v /a:/b \\\\")
        page.names(f"            {found.written} make", found.canonical)
        page.add("        '''")


def _object(page: Page, source: random.Random) -> None:
    found = image(source)
    page.names(f"        docker.image({_quoted(source, found.written)}).inside {{ echo 'x' }}", found.canonical)
    page.add("        docker.build('acme/own:1', '-f docker/Dockerfile .').push()")


def _unknown(page: Page, source: random.Random) -> None:
    del source
    page.names('        docker.image("acme/x:${env.TAG}").pull()', "acme/x:${env.TAG}")
    page.names("        docker.image(NAME).pull()", "NAME")


def _template(page: Page, source: random.Random) -> None:
    first, second = image(source), image(source)
    page.add("podTemplate(containers: [")
    page.names(f"  containerTemplate(name: 'image', image: '{first.written}', ttyEnabled: true),", first.canonical)
    page.add("  containerTemplate(name: 'b',")
    page.names(f'    image: "{second.written}"),', second.canonical)
    page.add("]) { }")
