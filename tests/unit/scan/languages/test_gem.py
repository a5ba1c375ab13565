from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.scan.languages.reading import is_wanted, packages, read

PATH = "usr/local/bundle/specifications/nokogiri-1.16.0-x86_64-linux.gemspec"


def test_the_comment_of_rubygems_says_it() -> None:
    found = read(
        PATH, b"# -*- encoding: utf-8 -*-\n# stub: nokogiri 1.16.0 x86_64-linux lib\n\nGem::Specification.new\n"
    )
    assert packages(found) == [("nokogiri", "1.16.0", PATH)]
    assert found.records[0].architecture == "x86_64-linux"
    assert read(PATH, b"# stub: rake 13.0.6 ruby lib\n").records[0].architecture == ""


def test_a_specification_without_it_is_read_for_plain_strings() -> None:
    ruby = b"Gem::Specification.new do |spec|\n  spec.name = 'a'\n  spec.version = \"1.2\".freeze\nend\n"
    assert packages(read(PATH, ruby)) == [("a", "1.2", PATH)]
    ruby = (
        b'Gem::Specification.new do |s|\n  s.name="a"\n  s.version = Gem::Version.new("1.2")\n  s.platform = "java"\n'
    )
    assert packages(read(PATH, ruby))[0][:2] == ("a", "1.2")
    assert read(PATH, ruby).records[0].architecture == "java"


def test_a_version_that_ruby_would_have_to_compute_is_not_guessed() -> None:
    for version in (b"A::VERSION", b'"#{major}.1"', b'File.read("VERSION")', b"`date`"):
        found = read(PATH, b"Gem::Specification.new do |s|\n s.name = 'a'\n s.version = " + version + b"\nend\n")
        assert (found.records, found.status.status) == ([], "not_assessed")


def test_specifications_of_sources_are_not_installed_gems() -> None:
    assert is_wanted("usr/lib/ruby/gems/3.1.0/specifications/default/json-2.6.gemspec")
    assert not is_wanted("srv/app/app.gemspec")


@settings(deadline=None)
@given(st.binary())
def test_whatever_is_in_the_file_there_is_a_record_or_a_reason(data: bytes) -> None:
    found = read(PATH, data)
    assert bool(found.records) == found.status.is_ok
