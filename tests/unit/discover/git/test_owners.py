"""Owners as GitHub and GitLab document them; each case names the sentence that it follows."""

import pytest
from tests.unit.discover.git.files import in_time, opener

from basewise.discover.git.owners import CodeOwners
from basewise.model.limits import Limits


def owners(text: str, path: str, *, gitlab: bool = False) -> list[str]:
    return CodeOwners(opener({"CODEOWNERS": text}), Limits(), in_time, gitlab=gitlab).of(path).names


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        # "These owners will be the default owners for everything in the repo"
        ("* @all", "a/b/Dockerfile", ["@all"]),
        # "the last matching pattern takes the most precedence"
        ("* @all\n*.js @js", "a/x.js", ["@js"]),
        ("*.js @js\n* @all", "a/x.js", ["@all"]),
        # "any files in the build/logs directory at the root of the repository and any of its subdirectories"
        ("/build/logs/ @doc", "build/logs/a/b.txt", ["@doc"]),
        ("/build/logs/ @doc", "x/build/logs/a.txt", []),
        # "docs/* matches files like docs/getting-started.md but not further nested files"
        ("docs/* docs@shop.test", "docs/start.md", ["docs@shop.test"]),
        ("docs/* docs@shop.test", "docs/app/trouble.md", []),
        # "any file in an apps directory anywhere in your repository"
        ("apps/ @octocat", "x/apps/y/Dockerfile", ["@octocat"]),
        # "any file in the /docs directory in the root of your repository and any of its subdirectories"
        ("/docs/ @doc", "docs/a/b.md", ["@doc"]),
        ("/scripts/ @doc @octo", "scripts/run", ["@doc", "@octo"]),
        # "any file in a /logs directory such as /build/logs, /scripts/logs, and /deeply/nested/logs"
        ("**/logs @octo", "deeply/nested/logs/a.txt", ["@octo"]),
        # "except for the /apps/github subdirectory, as its owners are left empty"
        ("/apps/ @octo\n/apps/github", "apps/web/Dockerfile", ["@octo"]),
        ("/apps/ @octo\n/apps/github", "apps/github/Dockerfile", []),
        # "team" and comments at the end of a line
        ("*.txt @acme/octocats # all text", "a.txt", ["@acme/octocats"]),
        ("# * @all", "a.txt", []),
        # "If any line contains invalid syntax, that line will be skipped"; negation and classes "do not work"
        ("* @all\n*.txt nobody", "a.txt", ["@all"]),
        ("* @all\n!*.txt @b", "a.txt", ["@all"]),
        ("* @all\n[ab].txt @b", "a.txt", ["@all"]),
        # "CODEOWNERS paths use a case sensitive file system"
        ("/Apps/ @octo", "apps/x", []),
        (r"a\ b/ @blank", "a b/Dockerfile", ["@blank"]),
    ],
)
def test_github_owns_as_it_documents(text: str, path: str, expected: list[str]) -> None:
    assert owners(text, path) == expected


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        # "The pattern matches any path": relative paths match at any depth
        ("README.md @doc", "internal/README.md", ["@doc"]),
        ("internal/README.md @doc", "docs/internal/README.md", ["@doc"]),
        ("/README.md @doc", "internal/README.md", []),
        # "Ending a path in / ... every file nested in that directory, on any level"
        ("/docs/ @all-docs", "docs/a/b.md", ["@all-docs"]),
        ("/docs/* @root-docs", "docs/projects/index.md", []),
        ("/docs/**/*.md @docs", "docs/projects/index.md", ["@docs"]),
        # one section after another: the last of each counts, and all sections together
        ("* @all\n[Database]\nmodel/db/ @dba\n[Docs]\n*.md @doc", "model/db/x.md", ["@all", "@dba", "@doc"]),
        # default owners of a section, and owners of its own for one line
        ("[Docs][2] @docs-team\n/docs/\n/ee/ @product", "docs/x", ["@docs-team"]),
        ("[Docs][2] @docs-team\n/docs/\n/ee/ @product", "ee/x", ["@product"]),
        ("^[Optional] @maybe\n*.rb", "x.rb", ["@maybe"]),
        # sections of one name, in any case, are one
        ("[Docs]\n*.md @a\n[other]\n*.x @b\n[DOCS]\n*.md @c", "x.md", ["@c"]),
        # an exclusion takes the file out of its section for good
        ("* @all\n!*.rb\n*.rb @ruby", "x.rb", []),
        # words that are no owners are passed over
        ("LICENSE @legal this does not match jane@shop.test", "LICENSE", ["@legal", "jane@shop.test"]),
        (r"\#file.rb @hash", "#file.rb", ["@hash"]),
    ],
)
def test_gitlab_owns_as_it_documents(text: str, path: str, expected: list[str]) -> None:
    assert owners(text, path, gitlab=True) == expected


def test_the_rule_is_named_by_its_line() -> None:
    found = CodeOwners(opener({"CODEOWNERS": "# first\n\n* @all\n"}), Limits(), in_time, gitlab=False)
    assert found.of("Dockerfile").rule == "CODEOWNERS:3"


@pytest.mark.parametrize(
    ("gitlab", "expected"), [(False, ".github/CODEOWNERS"), (True, "CODEOWNERS")]
)  # fmt: skip
def test_each_forge_has_its_own_order_of_places(*, gitlab: bool, expected: str) -> None:
    files = dict.fromkeys(["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"], "* @a")
    assert CodeOwners(opener(files), Limits(), in_time, gitlab=gitlab).path == expected


def test_without_a_file_nobody_owns_anything() -> None:
    found = CodeOwners(opener({}), Limits(), in_time, gitlab=False)
    assert (found.path, found.of("Dockerfile").names, found.problems) == ("", [], [])


def test_limits_are_told() -> None:
    text = "* @all\n" + "x" * 100 + " @x\n" + "a @b\n" * 10
    limits = Limits(owner_rules=5, owner_rule_characters=50)
    found = CodeOwners(opener({"CODEOWNERS": text}), limits, in_time, gitlab=False)
    assert found.of("Dockerfile").names == ["@all"]
    assert found.problems == [
        "CODEOWNERS:2: longer than owner_rule_characters",
        "CODEOWNERS was read up to owner_rules = 5 lines",
    ]


def test_when_there_is_no_time_left_nobody_is_named() -> None:
    found = CodeOwners(opener({"CODEOWNERS": "* @all"}), Limits(), lambda: True, gitlab=False)
    assert found.of("Dockerfile").names == []
    assert "git_seconds" in found.problems[0]
