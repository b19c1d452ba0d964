"""What a choice among a plan's moves earns: the sprints as people have them, with the chosen stories moved."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from common.errors import InvalidInput
from common.formats import format_money
from planner.selectors.plan_page import PlanPage
from planner.selectors.plan_words import say_violations
from planner.selectors.plans import as_money, price_of

MOST_BROKEN = 3
MOST_NAMED = 10


@dataclass(frozen=True)
class ChoicePrice:
    """Money by the end of the horizon. `broken`: rules that the choice breaks and today's sprints don't, the first few.

    `difference` is against what people have planned now; `whole` is what all of the plan's moves would add to it.
    """

    chosen: int
    offered: int
    value: Decimal
    difference: Decimal
    whole: Decimal
    broken: tuple[str, ...]
    more_broken: int


def price_choice(page: PlanPage, story_ids: Collection[int]) -> ChoicePrice:
    """Price the moves of these stories; ids that the plan doesn't move are passed over."""
    wanted, question = set(story_ids), page.question
    chosen = [move for move in page.moves if move.story_id in wanted]
    placement, everything = list(question.was), list(question.was)
    for move in page.moves:
        everything[move.story] = move.to
    for move in chosen:
        placement[move.story] = move.to
    before, after = price_of(question, question.was), price_of(question, placement)
    broken = say_violations([one for one in after.violations if one not in before.violations], page.names)
    return ChoicePrice(
        chosen=len(chosen),
        offered=len(page.moves),
        value=as_money(after.value),
        difference=as_money(after.value - before.value),
        whole=as_money(price_of(question, everything).value - before.value),
        broken=tuple(broken[:MOST_BROKEN]),
        more_broken=max(0, len(broken) - MOST_BROKEN),
    )


def check_choice(page: PlanPage, story_ids: Collection[int]) -> None:
    """Raise InvalidInput (stories) naming the ids that the plan doesn't move, the first ten of them."""
    unknown = sorted(set(story_ids) - {move.story_id for move in page.moves})
    if not unknown:
        return
    named = ", ".join(str(pk) for pk in unknown[:MOST_NAMED])
    more = f" and {len(unknown) - MOST_NAMED} more" if len(unknown) > MOST_NAMED else ""
    raise InvalidInput(f"The plan doesn't move these stories: {named}{more}. Leave them out.", field="stories")


def say_choice(choice: ChoicePrice, *, currency: str) -> str:
    """How a choice compares with what people have planned now."""
    if not choice.difference:
        return "as much as what is planned now"
    amount = format_money(abs(choice.difference), currency)
    return f"{amount} {'more' if choice.difference > 0 else 'less'} than what is planned now"
