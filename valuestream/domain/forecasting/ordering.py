"""The order stories are done in: as people ranked them, but what a story needs comes before it."""

from collections.abc import Iterator, Mapping, Sequence


def order_with_needs(order: Sequence[int], needs: Mapping[int, Sequence[int]]) -> list[int]:
    """The same stories, each after what it needs; what nobody needs earlier keeps its place.

    `needs` may name stories that aren't in `order`: they are done, or somebody else's. A circle, which the planner
    refuses to store, is cut where it closes.
    """
    members, placed, found = set(order), set[int](), list[int]()
    for story in order:
        for one in _with_needs(story, needs, placed):
            if one in members:
                found.append(one)
    return found


def _with_needs(story: int, needs: Mapping[int, Sequence[int]], placed: set[int]) -> Iterator[int]:
    """What must come before a story and has no place yet, then the story; without recursion, for chains are long."""
    waiting = [(story, iter(needs.get(story, ())))] if story not in placed else []
    placed.add(story)
    while waiting:
        current, rest = waiting[-1]
        needed = next((one for one in rest if one not in placed), None)
        if needed is None:
            waiting.pop()
            yield current
        else:
            placed.add(needed)
            waiting.append((needed, iter(needs.get(needed, ()))))


def closure_of(stories: Sequence[int], needs: Mapping[int, Sequence[int]]) -> set[int]:
    """These stories and all they need, directly or not."""
    found, rest = set(stories), list(stories)
    while rest:
        for needed in needs.get(rest.pop(), ()):
            if needed not in found:
                found.add(needed)
                rest.append(needed)
    return found
