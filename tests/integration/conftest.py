from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.real_images import debian_images


@pytest.fixture(scope="session")
def debian_layout() -> Path:
    """An OCI layout of real Debian images, see `real_images`."""
    return debian_images()
