from hypothesis import given
from hypothesis import strategies as st

from app.widgets.height_tree import HeightTree

HEIGHTS = st.lists(st.integers(1, 500), max_size=70)


@given(HEIGHTS, HEIGHTS, st.data())
def test_it_is_a_list_with_fast_sums(first: list[int], more: list[int], data: st.DataObject) -> None:
    tree, plain = HeightTree(first), list(first)
    at = data.draw(st.integers(0, len(plain)))
    tree.insert(at, more)
    plain[at:at] = more
    if plain:
        index = data.draw(st.integers(0, len(plain) - 1))
        tree[index] = plain[index] = data.draw(st.integers(1, 900))
        start = data.draw(st.integers(0, len(plain) - 1))
        count = data.draw(st.integers(0, len(plain) - start))
        tree.remove(start, count)
        del plain[start : start + count]
    tree.insert(len(plain), [7])
    plain.append(7)
    assert [tree[index] for index in range(len(tree))] == plain
    assert [tree.sum(end) for end in range(len(plain) + 1)] == [sum(plain[:end]) for end in range(len(plain) + 1)]
    rows = [index for index, height in enumerate(plain) for _ in range(height)]
    assert [tree.find(position) for position in range(len(rows))] == rows
    assert (tree.find(-5), tree.find(tree.total() + 5)) == (0, len(plain) - 1)


def test_an_empty_one() -> None:
    assert (len(HeightTree()), HeightTree().total(), HeightTree().find(3)) == (0, 0, 0)
