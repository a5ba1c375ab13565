import zipfile

import pytest
from tests.unit.scan.languages.reading import is_wanted, packages, read, zipped

from basewise.model.limits import Limits


def properties(name: str, version: str) -> dict[str, bytes | str]:
    group, _, artifact = name.partition(":")
    text = f"groupId={group}\nartifactId={artifact}\nversion={version}\n"
    return {f"META-INF/maven/{group}/{artifact}/pom.properties": text}


def manifest(**attributes: str) -> dict[str, bytes | str]:
    lines = "".join(f"{key.replace('_', '-')}: {value}\r\n" for key, value in attributes.items())
    return {"META-INF/MANIFEST.MF": f"Manifest-Version: 1.0\r\n{lines}\r\n"}


LIBRARY = zipped(properties("org.acme:lib", "1.2") | {"org/acme/Lib.class": b"\xca\xfe"})


def test_mavens_record_names_an_archive() -> None:
    found = read("opt/lib.jar", LIBRARY)
    assert packages(found) == [("org.acme:lib", "1.2", "opt/lib.jar")]
    assert found.status.is_ok


@pytest.mark.parametrize("ending", ["hpi", "jpi", "rar", "nar", "par", "war", "ear", "JAR", "WAR", "EAR", "NAR"])
def test_archives_of_java_under_other_names_are_read(ending: str) -> None:
    inner = zipped({f"META-INF/bundled-dependencies/lib.{ending}": LIBRARY} | manifest(Main_Class="a"))
    assert packages(read(f"opt/lib.{ending}", LIBRARY)) == [("org.acme:lib", "1.2", f"opt/lib.{ending}")]
    assert packages(read("opt/outer.nar", inner)) == [
        ("org.acme:lib", "1.2", f"opt/outer.nar!/META-INF/bundled-dependencies/lib.{ending}")
    ]


@pytest.mark.parametrize("path", ["srv/photos.rar", "nix/cache/a.nar", "srv/backup.PAR"])
@pytest.mark.parametrize("data", [b"Rar!\x1a\x07\x01\x00", b"\r\0\0\0\0\0\0\0nix-archive-1", b"PAR2\0PKT", b""])
def test_another_format_of_the_same_name_is_no_archive_of_java(path: str, data: bytes) -> None:
    assert read(path, data) == read("opt/app.jar", zipped(manifest(Main_Class="a") | {path: data}))
    assert read(path, data).status.is_ok


def test_mavens_record_of_an_archive_that_was_unpacked_is_read() -> None:
    path = "srv/webapps/shop/META-INF/maven/org.acme/shop/pom.properties"
    (text,) = properties("org.acme:shop", "1.2").values()
    assert packages(read(path, str(text).encode())) == [("org.acme:shop", "1.2", path.removesuffix("/pom.properties"))]
    assert is_wanted("META-INF/maven/org.acme/shop/pom.properties")
    assert not is_wanted("srv/target/maven-archiver/pom.properties")


@pytest.mark.parametrize("text", ["", "artifactId=shop\nversion=1\n", "groupId=g\nartifactId=a\nversion=${revision}\n"])
def test_a_record_of_maven_that_does_not_say_all_is_said(text: str) -> None:
    found = read("app/META-INF/maven/g/a/pom.properties", text.encode())
    assert (found.records, found.status.status) == ([], "not_assessed")


def test_what_was_merged_into_an_archive_is_in_it() -> None:
    shaded = zipped(properties("org.acme:lib", "1.2") | properties("g:other", "3") | properties("g:third", "4"))
    assert packages(read("opt/lib-1.2.jar", shaded)) == [
        ("org.acme:lib", "1.2", "opt/lib-1.2.jar"),
        ("g:other", "3", "opt/lib-1.2.jar!/META-INF/maven/g/other"),
        ("g:third", "4", "opt/lib-1.2.jar!/META-INF/maven/g/third"),
    ]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_archives_in_archives_are_read(method: int) -> None:
    web = zipped(properties("org.acme:web", "7") | {"WEB-INF/lib/lib-1.2.jar": LIBRARY}, method)
    outer = zipped(manifest(Application_Name="shop") | {"web.war": web}, method)
    assert packages(read("srv/shop.ear", outer)) == [
        ("org.acme:web", "7", "srv/shop.ear!/web.war"),
        ("org.acme:lib", "1.2", "srv/shop.ear!/web.war!/WEB-INF/lib/lib-1.2.jar"),
    ]


def test_a_name_that_no_record_states_is_doubtful() -> None:
    found = read("opt/lib-2.1.jar", zipped(manifest(Implementation_Version="2.1", Implementation_Vendor_Id="org.acme")))
    assert [(record.name, record.version, record.rule) for record in found.records] == [
        ("org.acme:lib", "2.1", "manifest")
    ]
    assert found.status.status == "partial"
    assert "named by its manifest alone" in found.status.reason


def test_an_archive_that_says_nothing_of_itself_is_said() -> None:
    found = read("opt/lib.jar", zipped({"a/B.class": b""}))
    assert (found.records, found.status.status) == ([], "not_assessed")


@pytest.mark.parametrize(
    "members",
    [
        manifest(Main_Class="org.acme.Main"),
        manifest(Specification_Title="Java Platform API Specification", Implementation_Version="17.0.9"),
    ],
)
def test_own_programs_and_parts_of_java_are_no_libraries(members: dict[str, bytes | str]) -> None:
    found = read("opt/app.jar", zipped(members))
    assert (found.records, found.status.is_ok) == ([], True)


def test_a_version_that_maven_did_not_fill_in_is_left_out() -> None:
    found = read("opt/lib.jar", zipped(properties("org.acme:lib", "${revision}")))
    assert (found.records, found.status.status) == ([], "not_assessed")


def test_ten_thousand_archives_inside_are_read_up_to_the_limit() -> None:
    inner = zipped(properties("g:a", "1"))
    found = read("bomb.jar", zipped({f"{number}.jar": inner for number in range(10_000)}, zipfile.ZIP_STORED))
    assert len(found.records) == 2000
    assert found.status.status == "partial"
    assert "more than 2000 archives inside (archive_count)" in found.status.reason
    assert len(found.status.reason) < 200


def test_archives_inside_each_other_are_read_up_to_the_limit() -> None:
    data = LIBRARY
    for _ in range(20):
        data = zipped({"inner.jar": data})
    found = read("deep.jar", data)
    assert (found.records, "archive_depth" in found.status.reason) == ([], True)
    assert read("deep.jar", data, Limits(archive_depth=20)).records[0].name == "org.acme:lib"


def test_an_archive_that_inflates_beyond_the_limit_is_said_and_the_rest_is_read() -> None:
    big = zipped({"zeros": bytes(3_000_000)}, zipfile.ZIP_STORED)
    outer = zipped({"big.jar": big, "lib.jar": LIBRARY})
    found = read("app.war", outer, Limits(archive_inflated_bytes=2_000_000))
    assert packages(found) == [("org.acme:lib", "1.2", "app.war!/lib.jar")]
    assert "archive_inflated_bytes" in found.status.reason


def test_text_that_inflates_beyond_the_limit_is_said() -> None:
    shaded = zipped({name: text for number in range(50) for name, text in properties(f"g:a{number}", "1").items()})
    found = read("app.jar", shaded, Limits(archive_inflated_bytes=66_000, archive_text_bytes=65_536))
    assert 0 < len(found.records) < 50
    assert "archive_inflated_bytes" in found.status.reason


def test_an_application_that_carries_its_libraries_is_in_no_doubt() -> None:
    members = manifest(Implementation_Title="shop", Implementation_Version="0.0.1-SNAPSHOT", Start_Class="Shop")
    found = read("app/shop.jar", zipped(members | {"BOOT-INF/lib/lib-1.2.jar": LIBRARY}))
    assert [record.name for record in found.records] == ["shop", "org.acme:lib"]
    assert found.status.is_ok


def test_names_inside_an_archive_may_not_grow_without_end() -> None:
    found = read("app.jar", zipped({"x" * 60_000 + "/a.jar": LIBRARY, "b.jar": LIBRARY}))
    assert [record.path for record in found.records] == ["app.jar!/b.jar"]
    assert "path_bytes" in found.status.reason


def test_entries_of_all_archives_together_are_bounded() -> None:
    inner = zipped(properties("g:a", "1") | {f"{number}": b"" for number in range(100)})
    found = read("app.jar", zipped({f"{number}.jar": inner for number in range(10)}), Limits(archive_entries=500))
    assert 0 < len(found.records) < 10
    assert "archive_entries" in found.status.reason


def test_an_encrypted_member_is_said_and_the_rest_is_read() -> None:
    data = bytearray(zipped(manifest(Main_Class="a") | {"lib.jar": LIBRARY, "secret.jar": LIBRARY}))
    directory = data.rindex(b"PK\1\2")  # that of secret.jar, which is the last
    data[directory + 8] |= 1
    found = read("app.jar", bytes(data))
    assert packages(found) == [("org.acme:lib", "1.2", "app.jar!/lib.jar")]
    assert found.status.reason == "app.jar!/secret.jar: secret.jar is encrypted"
    assert found.status.status == "partial"


def test_something_else_that_is_called_jar_is_not_assessed() -> None:
    found = read("opt/lib.jar", b"not a zip")
    assert found.status.status == "not_assessed"
    assert "no zip archive" in found.status.reason
