"""Every limit in one place. Image content, registries, feeds and documents are hostile until proven otherwise."""

from __future__ import annotations

import msgspec

MIB = 1024 * 1024
GIB = 1024 * MIB


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds on what is read; units are in the field names or docstrings."""

    manifest_bytes: int = 4 * MIB
    """Largest manifest, index or config; the distribution specification asks clients to accept at least 4 MiB."""
    index_depth: int = 4
    """Indexes nested inside indexes."""
    layout_index_bytes: int = 64 * MIB
    """Largest index.json of an OCI layout, which lists every image of the directory."""
    image_layers: int = 1000
    """Layers of one image; container runtimes stop at 127."""
    layer_bytes: int = 32 * GIB
    """Largest inflated layer."""
    layer_ratio: int = 400
    """Largest inflated size divided by blob size, from `layer_ratio_from` inflated bytes on. gzip reaches 1032."""
    layer_ratio_from: int = 256 * MIB
    layer_entries: int = 1_000_000
    """Members of one layer archive."""
    path_bytes: int = 4096
    """Longest path of an archive member; PATH_MAX on Linux."""
    extended_header_bytes: int = MIB
    """Largest pax or GNU long-name header."""
    zstd_window_bytes: int = 128 * MIB
    """Largest window a zstd layer may ask for; the strongest ordinary level, 22, takes 128 MiB."""
    layer_path_bytes: int = 64 * MIB
    """All paths of one layer together; and again those of the packages that its files record by themselves."""
    layer_packages: int = 100_000
    """Packages that the databases of one layer record."""
    kept_file_bytes: int = 32 * MIB
    """Largest single file that is kept for parsing (package databases)."""
    kept_layer_bytes: int = 64 * MIB
    """All databases of one layer that are kept for parsing, together."""
    kept_lists_bytes: int = 64 * MIB
    """All lists of owned files beside the databases of one layer, together."""
    rpm_database_bytes: int = 192 * MIB
    """All files of rpm's database that one layer has, together; full installations exceed 100 MiB."""
    rpm_header_bytes: int = 32 * MIB
    """Largest record of one package in rpm's database; those with tens of thousands of files take some MiB."""
    rpm_header_tags: int = 65_535
    """Values in one such record; rpm's own bound (HEADER_TAGS_MAX)."""
    rpm_sqlite_steps: int = 20_000_000
    """Instructions of SQLite's virtual machine that reading one rpm database may take; 1,000 packages take 50,000."""
    kept_contents_bytes: int = 512 * MIB
    """Contents of one layer or image as they are kept, compressed or not; a larger file was not written by us."""
    package_file_bytes: int = 128 * MIB
    """Largest single file that records packages by itself (an archive, the metadata of a package)."""
    package_text_bytes: int = 8 * MIB
    """How much is read of a text that records packages; a longer JSON document is not read at all."""
    package_name_characters: int = 512
    """Longest name of a package of a language; npm allows 214."""
    archive_depth: int = 5
    """Archives inside each other, the outermost not counted: 2 for a library in an application in an enterprise one."""
    archive_count: int = 2_000
    """Archives that one archive holds, at any depth."""
    archive_entries: int = 500_000
    """Entries of one archive and of all that it holds, together."""
    archive_inflated_bytes: int = 512 * MIB
    """Everything that is inflated out of one archive, at any depth, together."""
    archive_text_bytes: int = 64 * 1024
    """How much of a manifest or properties file inside an archive is read; what counts stands in its first section."""
    executable_bytes: int = 192 * MIB
    """Largest program that is searched for what it was built from."""
    linked_program_bytes: int = 32 * MIB
    """Programs that are held, the newest of them together, because a hard link may give one another name."""
    build_info_bytes: int = 8 * MIB
    """Longest list of modules that a Go program carries; Kubernetes' own take some 20 KB."""
    crate_list_bytes: int = 8 * MIB
    """Longest list of crates that a Rust program carries, inflated; cargo-auditable advises this limit."""
    version_places: int = 10_000
    """Places of one program at which a rule looks for its version."""
    version_candidates: int = 100
    """Different versions in one program; Redis, which lists the history of its commands, has about 40."""
    layer_seconds: float = 600.0
    """Longest time one layer may take; waits for budgets of ours, and those that a registry asks for, do not count."""
    layer_wait_seconds: float = 1800.0
    """Longest time that a registry may make one layer wait, its failures included; budgets of ours do not count."""
    archive_members: int = 100_000
    """Members of one archive of images, what is passed over included; a layout of 1,000 images has a few thousand."""
    archive_path_bytes: int = 16 * MIB
    """All paths of one archive of images together."""
    archive_links: int = 8
    """Links that lead from one to the next before a file of an archive of images is reached."""
    archive_images: int = 1000
    """Images that the manifest.json of one docker-archive lists."""
    spool_bytes: int = 64 * GIB
    """Largest archive of images, inflated, that is kept in a temporary file because it is compressed or comes from a
    pipe; `layer_ratio` bounds it too."""
    program_seconds: float = 1800.0
    """Longest time that a program may take to give out one image (skopeo, podman, buildah, docker)."""
    program_message_bytes: int = 64 * 1024
    """What is kept of the messages of a program, from their end."""
    response_bytes: int = 16 * MIB
    """Largest registry answer that is no blob (tag lists, tokens)."""
    connect_seconds: float = 10.0
    read_seconds: float = 60.0
    """Longest silence of a server in the middle of an answer."""
    answer_seconds: float = 120.0
    """Longest time for one whole manifest, token or other small answer."""
    attempts: int = 5
    """Tries of one request, the first included."""
    retry_after_seconds: float = 60.0
    """Longest Retry-After that is waited for; a longer one gives up with the time in the reason."""
    unreachable_seconds: float = 60.0
    """How long a host that could not be reached is not asked again, so that a fleet does not wait once per image."""
    concurrent_requests: int = 8
    """References resolved at the same time; resolving waits, it does not compute."""
    redirects: int = 5
    logins: int = 4
    """Credentials that one repository is shown, one after the other, when it refuses them."""
    login_failures: int = 3
    """Repositories of one registry for which a login with one credential may fail, if it works for none; accounts are
    locked for more."""
    registry_requests_per_minute: float = 0.0
    """Requests sent on behalf of one registry, spread evenly; 0 is as many as come up."""
    registry_bytes_per_second: float = 0.0
    """Bytes read on behalf of one registry, by all threads together; 0 is as fast as they come."""
    helper_seconds: float = 30.0
    """Longest time a credential helper may take."""
    helper_bytes: int = MIB
    """Largest answer of a credential helper."""
    helper_answer_seconds: float = 600.0
    """How long the answer of a credential helper is used before it is asked again."""
    yaml_bytes: int = 16 * MIB
    """Largest manifest file that is read; a larger one is recorded as not assessed."""
    yaml_documents: int = 10_000
    yaml_nodes: int = 2_000_000
    """Nodes of one file after alias expansion."""
    yaml_depth: int = 100
    """Mappings and sequences inside each other; Kubernetes' own schema of a pod needs about 20."""
    yaml_directives: int = 100
    """`%TAG` directives of one document, which libyaml compares with each other."""
    kustomization_files: int = 1000
    """Files that one kustomization takes in, those of its bases included."""
    kustomization_depth: int = 20
    """Bases and components of kustomizations inside each other."""
    kustomization_steps: int = 2_000_000
    """Nodes that are copied, and patches and entries that are tried, to apply one kustomization; an overlay of 100
    objects takes some 10,000."""
    chart_files: int = 10_000
    """Files of one Helm chart that is rendered."""
    chart_bytes: int = 64 * MIB
    """All files of one Helm chart that is rendered, together."""
    helm_seconds: float = 60.0
    """Longest time that `helm template` may take for one chart."""
    helm_bytes: int = 64 * MIB
    """Largest output of `helm template`."""
    helm_memory_bytes: int = 4 * GIB
    """Address space of `helm template`, where `prlimit` is installed; a template can ask for any amount."""
    dockerfile_bytes: int = 4 * MIB
    """Largest Dockerfile; what lies behind this is not read."""
    dockerfile_line_bytes: int = 65_535
    """Longest line of a Dockerfile; BuildKit's own bound."""
    dockerfile_lines: int = 50_000
    """Lines of a Dockerfile."""
    dockerfile_stages: int = 1000
    """Build stages of a Dockerfile."""
    dockerfile_nesting: int = 50
    """Depth of `${…}` inside each other, and of command substitutions inside each other in a shell command."""
    dockerfile_argument_characters: int = 4096
    """Longest text that the arguments of one word of a Dockerfile add up to."""
    interpolated_characters: int = 4096
    """Longest text that the variables of one value of a Compose or CI file add up to."""
    matrix_rows: int = 256
    """Combinations of one matrix of CI or Bake; GitHub's own bound for a workflow run."""
    matrix_values: int = 50_000
    """Texts of one CI file that are read again for a combination of a matrix."""
    included_files: int = 100
    """Files that one Compose or CI file includes or extends, by any way; GitLab allows 150."""
    groovy_bytes: int = MIB
    """Largest Jenkinsfile or shared library."""
    hcl_bytes: int = MIB
    """Largest Terraform or Bake file in HCL."""
    hcl_depth: int = 100
    """Blocks, brackets and templates of HCL inside each other."""
    source_files: int = 200_000
    """Files looked at below one directory target."""
    configuration_bytes: int = MIB
    """Largest `basewise.yaml`."""
    configuration_nodes: int = 100_000
    """Nodes of one `basewise.yaml` after alias expansion."""
    pattern_characters: int = 512
    """Longest pattern of references or paths; the longest name of an image has 255."""
    baseline_bytes: int = 64 * MIB
    """Largest baseline of `check`; 100,000 findings take some 30 MB."""
    clones: int = 10_000
    """Clones of git below one directory target."""
    git_seconds: float = 60.0
    """Longest time that the history of one clone may take, and again its owners and update bots; what was read by then
    counts."""
    git_answer_bytes: int = 16 * MIB
    """Largest answer of git that is no history and no file."""
    git_commits: int = 200_000
    """Commits of one clone that are looked at, newest first; Linux has over a million."""
    git_changes: int = 20_000_000
    """Files that those commits change, together."""
    git_paths: int = 10_000_000
    """Paths under which files that name images are followed on all sides of one clone's history at the same time."""
    git_versions: int = 500_000
    """Different contents that the files which name images have had in one clone, each read once."""
    git_versions_bytes: int = 4 * GIB
    """The same, in bytes."""
    owner_rules: int = 20_000
    """Lines of one CODEOWNERS file."""
    owner_rule_characters: int = 4096
    """Longest line of a CODEOWNERS file."""
    bot_configuration_bytes: int = 128 * 1024
    """Largest configuration of Renovate or Dependabot."""
    feed_bytes: int = 4 * GIB
    """Largest advisory archive that is downloaded."""
    feed_record_bytes: int = 16 * MIB
    """Largest single advisory record inside an archive."""
    feed_inflated_bytes: int = 16 * GIB
    """All records of one advisory archive, inflated."""
    feed_records: int = 2_000_000
    """Records of one advisory archive."""
    feed_table_bytes: int = 256 * MIB
    """Largest catalogue of exploited vulnerabilities or table of exploit predictions, inflated; read whole."""
    version_characters: int = 1024
    """Longest package version that is compared."""


DEFAULT_LIMITS = Limits()
