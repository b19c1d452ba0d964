"""Templates of maps: stages and blocks of common ways to work, and a guess which workflow state belongs where.

A state goes to the block whose words its name holds, the longest word first; else to the first block that takes its
category. People correct it in the editor; what fits nowhere stays unmapped and is listed as such.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from planner.domain.vocabulary import StateCategory
from valuestream.domain.drawing import BlockDrawing, Drawing, StageDrawing
from valuestream.domain.vocabulary import BlockKind, WaitRule

_TODO, _DOING = StateCategory.TODO.value, StateCategory.IN_PROGRESS.value
_DONE, _CANCELLED = StateCategory.DONE.value, StateCategory.CANCELLED.value


@dataclass(frozen=True)
class BlockTemplate:
    """A block, the words of state names that belong to it, and the category it takes what no word places."""

    name: str
    kind: BlockKind
    words: tuple[str, ...] = ()
    takes: str | None = None


@dataclass(frozen=True)
class MapTemplate:
    """A template: stages in the order of the stream, each with its blocks."""

    key: str
    name: str
    about: str
    stages: tuple[tuple[str, tuple[BlockTemplate, ...]], ...]


def _wait(name: str, *words: str, takes: str | None = None) -> BlockTemplate:
    return BlockTemplate(name, BlockKind.WAIT, words, takes)


def _work(name: str, *words: str, takes: str | None = None) -> BlockTemplate:
    return BlockTemplate(name, BlockKind.WORK, words, takes)


_END = ("Done", (_work("Done", "done", "closed", takes=_DONE), _work("Cancelled", "cancel", takes=_CANCELLED)))

TEMPLATES = (
    MapTemplate(
        "scrum",
        "Scrum",
        "Backlog, refinement, sprint, review: what a sprint team does.",
        (
            ("Backlog", (_wait("Backlog", "backlog", "new", "idea", takes=_TODO),)),
            ("Refinement", (_wait("Ready", "ready", "refined", "selected"), _work("Refining", "refin", "analys"))),
            ("Sprint", (_work("Development", "progress", "develop", "coding", "doing", takes=_DOING),)),
            ("Review", (_wait("Waiting for review", "awaiting review", "review"), _work("In review", "in review"))),
            (
                "Test",
                (
                    _wait("Ready for test", "ready for test", "awaiting test", "to test"),
                    _work("Testing", "testing", "in test", "qa"),
                ),
            ),
            _END,
        ),
    ),
    MapTemplate(
        "kanban",
        "Kanban",
        "A queue before every kind of work: pull, limit, finish.",
        (
            ("Options", (_wait("Options", "backlog", "idea", "new", takes=_TODO),)),
            ("Selected", (_wait("Selected", "selected", "ready", "next"),)),
            (
                "Development",
                (
                    _work("Developing", "progress", "develop", "coding", "doing", takes=_DOING),
                    _wait("Development done", "developed", "awaiting review", "review"),
                ),
            ),
            (
                "Verification",
                (
                    _wait("To verify", "ready for test", "awaiting test", "to test"),
                    _work("Verifying", "testing", "in review", "in test", "verif", "qa"),
                ),
            ),
            ("Delivery", (_wait("To deliver", "awaiting release", "ready for release", "ready to ship"),)),
            _END,
        ),
    ),
    MapTemplate(
        "salesforce",
        "Salesforce release train",
        "From org to org: development, integration, user acceptance, staging, production.",
        (
            ("Planning", (_wait("Planned", "backlog", "idea", "new", "ready", "selected", takes=_TODO),)),
            (
                "Development org",
                (
                    _work("Building", "progress", "develop", "coding", "doing", takes=_DOING),
                    _wait("Ready to promote", "awaiting review", "ready to promote", "committed", "review"),
                ),
            ),
            ("Integration org", (_work("Integrating", "integrat", "in review", "validat", "merge"),)),
            (
                "User acceptance",
                (
                    _wait("Ready for UAT", "ready for test", "ready for uat", "awaiting test", "to test"),
                    _work("UAT", "uat", "testing", "in test", "acceptance"),
                ),
            ),
            ("Staging", (_wait("Waiting for the train", "awaiting release", "staging", "ready for release"),)),
            _END,
        ),
    ),
    MapTemplate(
        "devops",
        "DevOps",
        "From commit to production, the pipeline as stages of its own.",
        (
            ("Plan", (_wait("To do", "backlog", "idea", "new", "ready", "selected", takes=_TODO),)),
            ("Code", (_work("Coding", "progress", "develop", "coding", "doing", takes=_DOING),)),
            (
                "Review",
                (_wait("Pull request open", "awaiting review", "review"), _work("Under review", "in review")),
            ),
            (
                "Build",
                (_work("Build and test", "build", "ready for test", "testing", "in test", "qa", "awaiting test"),),
            ),
            ("Deploy", (_wait("Waiting to deploy", "awaiting release", "ready for release", "deploy", "staging"),)),
            _END,
        ),
    ),
)


def template(key: str) -> MapTemplate | None:
    """The template of a key; None when there is none."""
    return next((one for one in TEMPLATES if one.key == key), None)


def draw_template(made_of: MapTemplate, states: Sequence[tuple[int, str, str]]) -> Drawing:
    """The drawing of a template over these values: (id, name, category of workflow state or "")."""
    values = _guess(made_of, states)
    return Drawing(
        wait_rule=WaitRule.NONE.value,
        filter_text="",
        stages=tuple(
            StageDrawing(
                id=None,
                name=name,
                staffed=None,
                target_days=None,
                blocks=tuple(
                    BlockDrawing(None, block.name, block.kind.value, tuple(values.get(id(block), ())))
                    for block in blocks
                ),
            )
            for name, blocks in made_of.stages
        ),
    )


def _guess(made_of: MapTemplate, states: Sequence[tuple[int, str, str]]) -> dict[int, list[int]]:
    """Ids of states by the identity of the block that takes them."""
    blocks = [block for _, of_stage in made_of.stages for block in of_stage]
    found: dict[int, list[int]] = {}
    for pk, name, category in states:
        block = _block_for(blocks, name, category)
        if block is not None:
            found.setdefault(id(block), []).append(pk)
    return found


def _block_for(blocks: Sequence[BlockTemplate], name: str, category: str) -> BlockTemplate | None:
    """Finished states belong to the end whatever they are called; the others by the longest word they hold."""
    taking = next((block for block in blocks if block.takes == category), None)
    if category in (_DONE, _CANCELLED):
        return taking
    lowered = name.lower()
    fitting = [(len(word), block) for block in blocks for word in block.words if word in lowered]
    return max(fitting, key=lambda one: one[0])[1] if fitting else taking
