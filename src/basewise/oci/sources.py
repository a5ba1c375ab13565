"""Several sources as one, and the source that has nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import NoReturn, TypeVar

from basewise.model.errors import ImageError, ImageNotFound
from basewise.model.image import Descriptor
from basewise.model.reference import Reference
from basewise.oci.interface import ImageSource

T = TypeVar("T")


class FirstOf(ImageSource):
    """Asks sources in order until one knows the reference.

    Only *not found* goes on to the next: a source that could not be asked might be the one that has it. Manifests and
    blobs of a reference come from the source that resolved it.

    Raises:
        ValueError: without any source.
    """

    def __init__(self, sources: Sequence[ImageSource]) -> None:
        if not sources:
            raise ValueError("an empty list of sources would answer that no image exists")
        self._sources = tuple(sources)
        self._answered: dict[Reference, ImageSource] = {}

    def resolve(self, reference: Reference) -> Descriptor:
        def ask(source: ImageSource) -> Descriptor:
            descriptor = source.resolve(reference)
            self._answered[reference] = source
            return descriptor

        return self._first(self._sources, ask)

    def manifest(self, reference: Reference, descriptor: Descriptor) -> bytes:
        return self._first(self._for(reference), lambda source: source.manifest(reference, descriptor))

    @contextmanager
    def blob(self, reference: Reference, descriptor: Descriptor) -> Iterator[Iterator[bytes]]:
        with ExitStack() as stack:
            yield self._first(
                self._for(reference), lambda source: stack.enter_context(source.blob(reference, descriptor))
            )

    def is_remote(self, reference: Reference) -> bool:
        answered = self._answered.get(reference)
        return answered is not None and answered.is_remote(reference)

    def close(self) -> None:
        with ExitStack() as stack:  # closes all, even when one fails
            for source in self._sources:
                stack.callback(source.close)

    def _for(self, reference: Reference) -> Sequence[ImageSource]:
        answered = self._answered.get(reference)
        return (answered,) if answered else self._sources

    @staticmethod
    def _first(sources: Sequence[ImageSource], ask: Callable[[ImageSource], T]) -> T:
        refusals: list[ImageNotFound] = []
        for source in sources:
            try:
                return ask(source)
            except ImageNotFound as error:
                refusals.append(error)
        if len(refusals) == 1:
            raise refusals[0]
        remedies = dict.fromkeys(error.remedy for error in refusals if error.remedy)
        raise ImageNotFound("; ".join(error.message for error in refusals), remedy=" ".join(remedies))


class Offline(ImageSource):
    """Stands where the network would be, and says that it was not asked."""

    def resolve(self, reference: Reference) -> Descriptor:
        _refuse(reference)

    def manifest(self, reference: Reference, descriptor: Descriptor) -> bytes:
        del descriptor
        _refuse(reference)

    def blob(self, reference: Reference, descriptor: Descriptor) -> AbstractContextManager[Iterator[bytes]]:
        del descriptor
        _refuse(reference)


def _refuse(reference: Reference) -> NoReturn:
    raise ImageError(
        f"{reference.familiar} was not looked up: --offline refuses the network",
        remedy="Run without --offline, or give a layout that has it with --images.",
    )
