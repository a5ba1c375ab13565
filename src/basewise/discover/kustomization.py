"""What a kustomization makes of its resources, as far as it bears on what runs: names, namespaces, images, replicas.

Follows https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ in the order of `kustomize build`:
resources, components, strategic merges, patches, namespace, prefix and suffix, JSON patches, replicas, images. Nothing
is fetched, nothing is run: what cannot be applied is said, with its line.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from basewise.discover.images import Lines
from basewise.discover.kubernetes import holds_only_definitions
from basewise.discover.kustomize_images import ImageEntry, changed, image_entries, usage_of
from basewise.discover.kustomize_patches import Patch, patches_of
from basewise.discover.kustomize_resources import Resource, named, objects_in, patched, scaled
from basewise.discover.merge_patch import InapplicablePatch
from basewise.discover.node_edits import placed, with_images
from basewise.discover.nodes import Mapping, Node, Scalar, Sequence
from basewise.discover.reading import child, items, text
from basewise.discover.source_file import SourceFile
from basewise.model.errors import BasewiseError
from basewise.model.workload import Usage

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
"""Names of the file, in the order in which kustomize looks for them."""
_NOT_APPLIED = {
    "generators": "generators are not run",
    "helmCharts": "Helm charts of a kustomization are not rendered",
    "helmChartInflationGenerator": "Helm charts of a kustomization are not rendered",
    "transformers": "transformers are not run",
    "replacements": "replacements are not applied",
    "configurations": "configurations of transformers are not applied",
}
_REMOTE = ("://", "git@", "github.com/", "?ref=", "gitlab.com/", "bitbucket.org/")
_SHOWN = 100  # characters of a path in a message


class Exhausted(BasewiseError):
    """A limit was reached, and what would come of the kustomization is not known."""


class Kustomization:
    """One kustomization and all that it takes in."""

    def __init__(self, file: SourceFile) -> None:
        self._root = file
        self._limits = file.limits
        self._steps = 0
        self._unused: dict[str, Usage] = {}
        self.includes: dict[str, None] = {}
        """Paths of the files that it takes in, in that order."""
        self.problems: list[str] = []
        """What was not applied, with line, and with the file where that is another one."""

    def build(self) -> list[Resource]:
        """The objects that it makes.

        Raises:
            Exhausted: naming the limit.
        """
        return self._build(self._root, [], (self._root.path,))

    @property
    def unused(self) -> list[Usage]:
        """Images that are set for resources which were not read."""
        return list(self._unused.values())

    def _build(self, file: SourceFile, given: list[Resource], above: tuple[str, ...]) -> list[Resource]:
        """The objects that one kustomization makes; `given` are those that a component changes."""
        root = next(iter(file.mappings), None)
        if root is None:
            reason = next(iter(file.problems), file.yaml_status.reason or "it holds no kustomization")
            self._note(file, 1, reason)
            return given
        resources = list(given)
        for entry in (*items(child(root, "resources")), *items(child(root, "bases"))):
            resources += self._resources(file, entry, above)
        for entry in items(child(root, "components")):
            component = self._kustomization(file, entry, above)
            if component is not None:
                resources = self._build(component, resources, (*above, component.path))
        for key, reason in _NOT_APPLIED.items():
            node = child(root, key)
            if node is not None and not (isinstance(node, Scalar) or (isinstance(node, Sequence) and not node.items)):
                self._note(file, node.line, reason)
        return self._transformed(file, root, resources)

    def _transformed(self, file: SourceFile, root: Mapping, resources: list[Resource]) -> list[Resource]:
        late: list[Patch] = []
        for patch in patches_of(file, root):
            self._include(patch.path)
            if patch.problem:
                self._note(file, patch.line, patch.problem)
            elif patch.late:
                late.append(patch)
            else:
                resources = self._patched(file, resources, patch)
        self._spend(len(resources) * (1 + len(items(child(root, "replicas")))))
        resources = [named(resource, root) for resource in resources]
        for patch in late:
            resources = self._patched(file, resources, patch)
        resources = [scaled(resource, items(child(root, "replicas"))) for resource in resources]
        return self._with_images(file, resources, image_entries(child(root, "images")))

    def _resources(self, file: SourceFile, entry: Node, above: tuple[str, ...]) -> Iterator[Resource]:
        """The objects of one entry of `resources`: a file, or what another kustomization makes."""
        path = text(entry)
        other = file.beside(path) if path and not _is_remote(path) else None
        if other is None:
            base = self._kustomization(file, entry, above)
            if base is not None:
                yield from self._build(base, [], (*above, base.path))
            return
        self._include(other.path)
        if holds_only_definitions(other.text or ""):
            return
        if not other.yaml_status.is_ok or other.problems:
            reason = next(iter(other.problems), other.yaml_status.reason)
            self._note(file, entry.line, f"'{path[:_SHOWN]}' was not read whole: {reason}")
        lines = Lines(other.path, other.text or "")
        for root in other.mappings:
            for node in objects_in(root):
                self._spend(node.size)
                own = placed(node, other.path, "kubernetes")
                assert isinstance(own, Mapping)
                yield Resource(own, lines)

    def _kustomization(self, file: SourceFile, entry: Node, above: tuple[str, ...]) -> SourceFile | None:
        """The kustomization in the directory that an entry names; None, with the reason said, when there is none."""
        path = text(entry)
        if not path or _is_remote(path):
            self._note(file, entry.line, f"'{path[:_SHOWN]}' is remote, and nothing is fetched")
            return None
        found = next((one for name in NAMES if (one := file.beside(f"{path}/{name}")) is not None), None)
        if found is None:
            self._note(file, entry.line, f"'{path[:_SHOWN]}' is not there, or outside of what was searched")
        elif found.path in above:
            self._note(file, entry.line, f"'{path[:_SHOWN]}' takes in itself")
        elif len(above) > self._limits.kustomization_depth:
            raise Exhausted(f"bases are nested deeper than kustomization_depth = {self._limits.kustomization_depth}")
        else:
            self._include(found.path)
            return found
        return None

    def _patched(self, file: SourceFile, resources: list[Resource], patch: Patch) -> list[Resource]:
        """The objects after one patch, without those that it deletes."""
        result: list[Resource] = []
        fits = False
        for resource in resources:
            self._spend(1)
            if not patch.fits(resource.node, (resource.identity, *resource.former)):
                result.append(resource)
                continue
            fits = True
            self._spend(patch.size + patch.operations * resource.node.size)
            try:
                node = patched(resource, patch)
            except InapplicablePatch as error:
                self._note(file, patch.line, f"a patch is not applied: {error.message}")
                node = resource.node
            if node is not None:
                result.append(msgspec.structs.replace(resource, node=node))
        if not fits and patch.must_fit:
            self._note(file, patch.line, "a patch fits no object that was read")
        return result

    def _with_images(self, file: SourceFile, resources: list[Resource], entries: list[ImageEntry]) -> list[Resource]:
        used: set[int] = set()

        def change(image: Scalar) -> Scalar:
            self._spend(len(entries))
            for number, entry in enumerate(entries):
                new = changed(image, entry, file.path)
                if new is not image:
                    used.add(number)
                    image = new
            return image

        if not entries:
            return resources
        result: list[Resource] = []
        for resource in resources:
            self._spend(resource.node.size)
            node = with_images(resource.node, change)
            assert isinstance(node, Mapping)
            result.append(msgspec.structs.replace(resource, node=node))
        for number, entry in enumerate(entries):
            if number not in used:
                self._unused[entry.name] = usage_of(entry, file.path)
        return result

    def _include(self, path: str) -> None:
        if not path:
            return
        self.includes.setdefault(path)
        if len(self.includes) > self._limits.kustomization_files:
            raise Exhausted(f"it takes in more files than kustomization_files = {self._limits.kustomization_files}")
        self._spend(1)

    def _spend(self, steps: int) -> None:
        self._steps += steps
        if self._steps > self._limits.kustomization_steps:
            raise Exhausted(f"it takes more steps than kustomization_steps = {self._limits.kustomization_steps}")

    def _note(self, file: SourceFile, line: int, reason: str) -> None:
        place = "" if file is self._root else f"{file.path}: "
        text_of_it = f"{place}line {line}: {reason}" if not reason.startswith("line ") else f"{place}{reason}"
        if text_of_it not in self.problems:
            self.problems.append(text_of_it)


def _is_remote(path: str) -> bool:
    return any(mark in path for mark in _REMOTE)
