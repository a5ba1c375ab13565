"""What `basewise check` found, in every format it can be had in."""

from __future__ import annotations

RENDERERS = {
    "table": "basewise.render.check.table:CheckTable",
    "json": "basewise.render.json:Json",
    "github": "basewise.render.check.github:GitHub",
    "gitlab": "basewise.render.check.gitlab:GitLab",
    "sarif": "basewise.render.check.sarif:Sarif",
    "junit": "basewise.render.check.junit:JUnit",
}
"""Format to class; a new format is a new file and one line here."""
