"""The image report: everything known of one image, the document of `basewise inspect`.

Shares its rows with the inventory, so a field means the same in both; `basewise schema image-report` prints the JSON
Schema. The report of an image that could not be read is still a report: its row says why.
"""

from __future__ import annotations

import msgspec

from basewise.model.advisory import Feed
from basewise.model.contents import Package
from basewise.model.evidence import OK, Status
from basewise.model.inventory import Finding, ImageRow, Input, NotAssessed, Weights

IMAGE_REPORT_SCHEMA = "basewise.dev/image-report/v1"


class ImageReport(msgspec.Struct, frozen=True, kw_only=True):
    """One image with its packages and findings."""

    schema: str = IMAGE_REPORT_SCHEMA
    generated_at: str
    """RFC 3339, UTC."""
    tool: str
    inputs: list[Input] = []
    weights: Weights = Weights()
    """Of the audit that the report is taken from."""
    image: ImageRow
    packages: list[Package] = []
    """All, also those that belong to a package of the operating system and are not judged by themselves."""
    findings: list[Finding] = []
    """Those that occur in this image: `bases` and `own` tell which layer brought each."""
    feeds: list[Feed] = []
    not_assessed: list[NotAssessed] = []

    @property
    def status(self) -> Status:
        """`ok` only when everything about the image was assessed."""
        if not self.not_assessed:
            return Status(self.image.status, self.image.reason) if self.image.status != "ok" else OK
        return Status("partial", f"{len(self.not_assessed)} not assessed")
