"""Joining labels never loses a taint."""

from hypothesis import given
from hypothesis import strategies as st

from agent.labels import INTEGRITIES, MAX_SOURCES, SECRECIES, USER, Label

labels = st.builds(
    Label,
    st.sampled_from(INTEGRITIES),
    st.sampled_from(SECRECIES),
    st.lists(st.text("ab", min_size=1), max_size=4, unique=True).map(lambda found: tuple(sorted(found))),
)


@given(labels, labels, labels)
def test_the_order_of_joining_does_not_matter(a: Label, b: Label, c: Label) -> None:
    assert a.join(b) == b.join(a)
    assert a.join(b).join(c) == a.join(b.join(c))
    assert a.join(a) == a.join(USER) == a


@given(labels, labels)
def test_what_is_joined_is_covered(a: Label, b: Label) -> None:
    joined = a.join(b)
    assert joined.covers(a) and joined.covers(b)
    assert joined.tainted == (a.tainted or b.tainted)


def test_sources_are_bounded_and_say_so() -> None:
    label = USER
    for number in range(100):
        label = label.join(Label("external", "public", (f"external:{number:03}",)))
    assert len(label.sources) == MAX_SOURCES and label.sources[-1] == "…"
    assert label.join(label) == label
