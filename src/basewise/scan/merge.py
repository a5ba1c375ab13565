"""Merges the layers of an image: what is left of databases, os-release, surface and files, and who brought it. Pure.

Follows the OCI Image Layer Filesystem Changeset ("Whiteouts", "Opaque Whiteout"). Paths are taken as archives write
them: a file that a layer writes through a link of a lower layer counts under the path it was written to.
"""

from __future__ import annotations

from collections.abc import Sequence

from basewise.catalogue.distributions import catalogue_version, distribution_of, ecosystem_for, purl_of
from basewise.catalogue.libraries import ecosystem_of_library, purl_of_library
from basewise.model.contents import (
    Distribution,
    ImageContents,
    LayerContents,
    Package,
)
from basewise.model.digest import short
from basewise.model.evidence import Status, worst
from basewise.scan.databases import SYSTEM_TYPES
from basewise.scan.stack import Placed, Stack
from basewise.scan.unlisted import doubt, with_owners

_FILES_SHOWN = 3


def merge(digest: str, layers: Sequence[LayerContents]) -> ImageContents:
    """What an image holds.

    Args:
        digest: of the image's manifest.
        layers: base layer first.
    """
    stack = Stack()
    for layer in layers:
        stack.put(layer)
    release = stack.release()
    distribution = distribution_of(release) if release else None
    listed = stack.listed()
    packages = with_owners((_package(found, distribution) for found in stack.packages()), listed)
    return ImageContents(
        digest=digest,
        catalogue=catalogue_version(),
        status=_status(layers, stack, distribution, doubt(packages, listed)),
        distribution=distribution,
        packages=packages,
        surface=stack.surface(),
        unowned=stack.unowned(),
        diff_ids=[layer.diff_id for layer in layers],
        newest_owned_mtime=max((layer.newest_owned_mtime for layer in layers), default=0),
        inflated_bytes=sum(layer.inflated_bytes for layer in layers),
    )


def _package(found: Placed, distribution: Distribution | None) -> Package:
    record = found.record
    purl = ecosystem = ""
    if record.type not in SYSTEM_TYPES:
        purl = purl_of_library(record)
        ecosystem = ecosystem_of_library(record.type, record.name)
    elif distribution is not None and distribution.id:
        purl = purl_of(record.type, record.name, record.version, record.architecture, distribution)
        ecosystem = ecosystem_for(distribution, record.type)
    return Package(
        type=record.type,
        name=record.name,
        version=record.version,
        source=record.source or record.name,
        source_version=record.source_version or record.version,
        architecture=record.architecture,
        purl=purl,
        ecosystem=ecosystem,
        database=record.database,
        path=record.path,
        module=record.module,
        build=record.build,
        channel=record.channel,
        rule=record.rule,
        owned_by=found.owner,
        layer=found.layer,
    )


def _status(
    layers: Sequence[LayerContents], stack: Stack, distribution: Distribution | None, doubtful: Status
) -> Status:
    """The worst of layers and databases; an image without packages says why it has none.

    What is wrong with a library that a package of the system owns changes nothing: that package is what counts.
    """
    statuses = [
        layer.status
        if layer.status.is_ok
        else Status(layer.status.status, f"layer {short(layer.blob)}: {layer.status.reason}")
        for layer in layers
    ]
    databases = [database for database in stack.databases.values() if database.type in SYSTEM_TYPES]
    single = [database for database in stack.databases.values() if database.type not in SYSTEM_TYPES]
    statuses += [database.status for database in databases]
    owned = stack.owned_files()
    statuses += _files_status([database.status for database in single if database.path not in owned])
    if not doubtful.is_ok:
        statuses.append(doubtful)
    unread = stack.unread_databases()
    statuses += [Status("partial", f"package database {path} is of a kind that is not read yet") for path in unread]
    statuses += [
        Status("partial", f"package database {path} was removed by layer {short(blob)}")
        for path, blob in stack.removed.items()
    ]
    if databases and distribution is None:
        statuses.append(Status("partial", "no os-release found, so the packages belong to no known distribution"))
    if distribution is not None and not (databases or unread or stack.removed):
        statuses.append(Status("partial", "no package database found"))
    status = worst(statuses)
    if status.is_ok and not stack.has_packages() and stack.has_files():
        return Status("not_assessed", "no package database found, and no library or program is recognised")
    return status


def _files_status(statuses: Sequence[Status]) -> list[Status]:
    """What is wrong with single files, of which there may be thousands, in a few words."""
    shown = [status for status in statuses if not status.is_ok]
    if len(shown) <= _FILES_SHOWN:
        return shown
    more = len(shown) - _FILES_SHOWN
    return [*shown[:_FILES_SHOWN], Status("partial", f"{more} more files that record packages were not read in full")]
