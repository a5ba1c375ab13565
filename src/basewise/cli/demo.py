"""`basewise demo`: a sample fleet, built without network and audited."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("directory", metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path), default="basewise-demo")
@click.pass_context
def demo(context: click.Context, directory: Path) -> int:
    """Build a sample fleet, without network, and audit it.

    DIR (basewise-demo by default) receives image layouts, manifests, Dockerfiles and advisories of a company that does
    not exist; its README says what is what. The audit of it finds a few images that cannot be assessed, on purpose.
    """
    from basewise.cli.audit import audit  # noqa: PLC0415 -- completion does not pay for it
    from basewise.cli.db import import_  # noqa: PLC0415 -- likewise
    from basewise.demo.fleet import build_fleet  # noqa: PLC0415 -- likewise

    fleet = build_fleet(directory)
    click.echo(f"built {fleet.services}, {fleet.layout} and {fleet.advisories}", err=True)
    database = directory / "advisories.sqlite"
    context.invoke(import_, paths=(fleet.advisories,), database=database, quiet=True, no_progress=True)
    command = f"basewise audit {fleet.services} --images {fleet.layout} --db {database} --offline"
    click.echo(f"$ {command}", err=True)
    code: int = audit.main(
        args=[
            str(fleet.services), "--images", str(fleet.layout), "--db", str(database), "--offline",
            "--workspace", str(directory / ".basewise"), "--cache-dir", str(directory / ".cache"),
        ],
        standalone_mode=False,
    )  # fmt: skip
    return code
