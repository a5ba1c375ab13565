"""Tasks and pipelines of Tekton, with known images."""

from __future__ import annotations

import random as randoms
from collections.abc import Iterator
from typing import Any

from tests.corpus.documents import COUNT, DocumentPage, Expected, Image, image


def files(random: randoms.Random) -> Iterator[tuple[str, bytes, list[Expected]]]:
    """Path, content, and the usages that are known to stand in it."""
    for number in range(COUNT):
        page = DocumentPage(random, "tekton", "ci")
        for part in range(random.randint(1, 3)):
            page.document(_document(random, f"t{number}-{part}"))
        yield f"tekton/{number}.yaml", page.content, page.expected


def _document(random: randoms.Random, name: str) -> dict[str, Any]:
    kind = random.choice(["Task", "ClusterTask", "TaskRun", "Pipeline", "PipelineRun", "Noise"])
    task = _task(random)
    run = {"params": [{"name": "version", "value": "22"}], "taskSpec": task}
    pipeline = {"tasks": [{"name": "build"} | run, {"name": "deploy", "taskRef": {"name": "image"}}]}
    specs: dict[str, dict[str, Any]] = {
        "Task": _task(random, given="20"),
        "ClusterTask": _task(random, given="20"),
        "TaskRun": run,
        "Pipeline": pipeline if random.random() < 0.5 else {"finally": [{"name": "last"} | run]},
        "PipelineRun": {"pipelineSpec": pipeline},
        "Noise": {"type": "image", "params": [{"name": "url", "value": "nginx:1.27"}]},
    }
    return {
        "apiVersion": "tekton.dev/v1beta1" if kind == "ClusterTask" else "tekton.dev/v1",
        "kind": "PipelineResource" if kind == "Noise" else kind,
        "metadata": {"name": name, "annotations": {"tekton.dev/tags": "image"}},
        "spec": specs[kind],
    }


def _task(random: randoms.Random, given: str = "22") -> dict[str, Any]:
    """A task whose parameter has a default, 20, where nothing gives it another value."""
    parameter = random.choice(["$(params.version)", "$(params['version'])", "$(inputs.params.version)"])
    steps: list[dict[str, Any]] = [{"name": "own", "script": "echo image: x:1"}]
    for number in range(random.randint(1, 3)):
        step = random.choice(
            [
                image(random),
                Image(f"node:{parameter}", f"docker.io/library/node:{given}"),
                Image("r.test/x:$(params.none)", "r.test/x:$(params.none)"),
            ]
        )
        steps.append({"name": f"s{number}", "image": step})
    task: dict[str, Any] = {
        "params": [{"name": "version", "default": "20"}, {"name": "IMAGE", "default": "registry.test/out:1"}],
        "steps": steps,
    }
    if random.random() < 0.3:
        task["stepTemplate"] = {"image": image(random)}
    if random.random() < 0.3:
        task["sidecars"] = [{"name": "docker", "image": image(random)}]
    return task
