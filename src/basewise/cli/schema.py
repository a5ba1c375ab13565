"""`basewise schema`: the documents and their JSON Schemas."""

from __future__ import annotations

import click
import msgspec

from basewise.render.schema import DOCUMENTS, json_schema, purpose


@click.command()
@click.argument("name", required=False, metavar="[NAME]")
def schema(name: str | None) -> None:
    """Print the JSON Schema of a document.

    Without NAME, lists the documents.
    """
    if name is None:
        for known in DOCUMENTS:
            click.echo(f"{known:14}{purpose(known)}")
        return
    encoded = msgspec.json.format(msgspec.json.encode(json_schema(name)), indent=2)
    click.echo(encoded.decode())
