"""Documents of a workspace as what they are."""

from __future__ import annotations

import msgspec

from basewise.model.inventory import INVENTORY_NAME, Inventory
from basewise.workspace.interface import Workspace

_INVENTORY = msgspec.json.Decoder(Inventory)


def latest_inventory(workspace: Workspace) -> Inventory | None:
    """The newest inventory; None when there is none, or one that this version no longer reads."""
    body = workspace.latest_document(INVENTORY_NAME)
    if body is None:
        return None
    try:
        return _INVENTORY.decode(body)
    except msgspec.MsgspecError:
        return None
