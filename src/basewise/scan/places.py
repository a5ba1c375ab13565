"""Where libraries lie, and what counts where a list and the place itself speak of one. Pure.

npm writes down the tree that it installed (`node_modules/.package-lock.json`) and looks at its own list again only when
it runs the next time. Whoever replaces a package without npm, by hand or in a later layer, leaves the list as it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from basewise.model.contents import PackageRecord


def as_they_lie(records: Collection[PackageRecord]) -> Iterator[PackageRecord]:
    """`records` without those that a list has of a place where the package's own file tells what lies there.

    A list still speaks for the places where no file does: one that was removed, or that tells neither name nor version.
    """
    told = {(record.type, record.path) for record in records if _lies_at_its_place(record)}
    return (record for record in records if _lies_at_its_place(record) or (record.type, record.path) not in told)


def folder_of(record: PackageRecord) -> str:
    """The folder that is a library's alone; '' for one that shares its folder with others, or is a single file.

    npm and Composer give each package a folder; RubyGems keeps `gems/NAME-VERSION` beside
    `specifications/NAME-VERSION.gemspec` (RubyGems Guides, "What is a gem?").
    """
    if record.type in {"npm", "composer"}:
        return record.path
    root, specifications, name = record.path.rpartition("specifications/")
    if record.type == "gem" and specifications and name.endswith(".gemspec"):
        return f"{root}gems/{name.removesuffix('.gemspec')}"
    return ""


def _lies_at_its_place(record: PackageRecord) -> bool:
    """True when the record is of a file inside the package."""
    return bool(record.path) and record.database.startswith(f"{record.path}/")
