from basewise.catalogue.operators import operator_image
from basewise.model.reference import Reference


def test_what_is_known_of_operators_has_a_source_and_names_repositories() -> None:
    known = [
        operator_image(group, kind)
        for group, kind in [("monitoring.coreos.com", "Prometheus"), ("acid.zalan.do", "postgresql")]
    ]
    assert all(one is not None and one.source.startswith("https://") for one in known)
    assert known[0] is not None
    assert str(Reference.parse(known[0].default)) == known[0].default


def test_of_other_kinds_nothing_is_known() -> None:
    assert operator_image("example.com", "Prometheus") is None
