"""Filling the next sprints from the top of a ranked list."""

from planner.domain.sprint_lines import Filled, Item, fill_sprints

NORTH, SOUTH, IDLE = 1, 2, 3


def items(*told: tuple[int, float]) -> list[Item]:
    return [Item(number, team, points) for number, (team, points) in enumerate(told, 1)]


def ends(filled: list[Filled]) -> list[int | None]:
    return [sprint.ends_above for sprint in filled]


def test_a_sprint_ends_above_the_first_story_without_room() -> None:
    filled = fill_sprints(items((NORTH, 3), (NORTH, 4), (NORTH, 2)), [{NORTH: 8.0}])
    assert ends(filled) == [3]
    assert filled[0].used == {NORTH: 7.0}


def test_one_full_team_ends_it_for_all() -> None:
    filled = fill_sprints(items((NORTH, 5), (SOUTH, 1), (NORTH, 5), (SOUTH, 1)), [{NORTH: 5.0, SOUTH: 9.0}] * 2)
    assert ends(filled) == [3]
    assert filled[0].used == {NORTH: 5.0, SOUTH: 1.0}


def test_what_is_larger_than_a_sprint_takes_all_of_one() -> None:
    filled = fill_sprints(items((NORTH, 2), (NORTH, 20), (NORTH, 1)), [{NORTH: 8.0}] * 3)
    assert ends(filled) == [2, 3]
    assert [sprint.story_ids for sprint in filled] == [[1], [2]]


def test_a_team_without_capacity_ends_nothing() -> None:
    assert ends(fill_sprints(items((IDLE, 9), (NORTH, 8), (IDLE, 9), (NORTH, 1)), [{NORTH: 8.0}])) == [4]


def test_a_team_without_a_sprint_in_this_round_waits_for_the_next() -> None:
    assert ends(fill_sprints(items((NORTH, 1), (SOUTH, 1), (SOUTH, 1)), [{NORTH: 8.0}, {SOUTH: 1.0}])) == [2, 3]


def test_nothing_is_read_below_the_last_line() -> None:
    read: list[int] = []

    def told() -> object:
        for item in items(*[(NORTH, 5.0)] * 50):
            read.append(item.story_id)
            yield item

    fill_sprints(told(), [{NORTH: 5.0}] * 2)  # type: ignore[arg-type]
    assert read == [1, 2, 3]


def test_a_list_that_ends_before_a_sprint_is_full_draws_no_line() -> None:
    assert fill_sprints(items((NORTH, 1)), [{NORTH: 8.0}]) == []
