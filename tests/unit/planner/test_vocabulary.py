"""The closed lists of words: stored values, labels, and what a state means to a plan."""

import pytest

from planner.domain import vocabulary as planner_words
from planner.domain.vocabulary import Labelled, StateCategory
from valuestream.domain import vocabulary as stream_words

LISTS = [
    words
    for module in (planner_words, stream_words)
    for words in vars(module).values()
    if isinstance(words, type) and issubclass(words, Labelled) and words is not Labelled
]


@pytest.mark.parametrize("words", LISTS)
def test_every_word_has_a_label_and_is_found_by_its_value(words: type[Labelled]) -> None:
    assert all(word.label and words(word.value) is word for word in words)


@pytest.mark.parametrize("words", LISTS)
def test_choices_pair_values_with_labels(words: type[Labelled]) -> None:
    assert words.choices() == [(str(word), word.label) for word in words]


def test_only_work_to_do_or_in_progress_is_open() -> None:
    assert [state for state in StateCategory if state.is_open] == [
        StateCategory.TODO,
        StateCategory.IN_PROGRESS,
    ]
