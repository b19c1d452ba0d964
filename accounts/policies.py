"""The one table of who may do what. Pages, API and tests all read it."""

from enum import StrEnum


class Role(StrEnum):
    """What someone is in a workspace, strongest first."""

    OWNER = "OWNER"
    PRODUCT_OWNER = "PRODUCT_OWNER"
    SCRUM_MASTER = "SCRUM_MASTER"
    MEMBER = "MEMBER"
    VIEWER = "VIEWER"

    @property
    def label(self) -> str:
        """The role in words."""
        return self.value.replace("_", " ").capitalize()


class Action(StrEnum):
    """What can be done in a workspace."""

    VIEW = "view"
    VOTE = "vote"
    EDIT_STORY = "edit_story"
    TRANSITION = "transition"
    RANK = "rank"
    EDIT_VALUE = "edit_value"
    EDIT_PLAN = "edit_plan"
    EDIT_SPRINT = "edit_sprint"
    EDIT_MAP = "edit_map"
    EDIT_WORKFLOW = "edit_workflow"
    IMPORT = "import"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_WORKSPACE = "manage_workspace"


_EVERYONE = frozenset(Role)
_WORKERS = frozenset({Role.OWNER, Role.PRODUCT_OWNER, Role.SCRUM_MASTER, Role.MEMBER})
_PLANNERS = frozenset({Role.OWNER, Role.PRODUCT_OWNER, Role.SCRUM_MASTER})
_VALUERS = frozenset({Role.OWNER, Role.PRODUCT_OWNER})
_OWNERS = frozenset({Role.OWNER})

POLICY: dict[Action, frozenset[Role]] = {
    Action.VIEW: _EVERYONE,
    Action.VOTE: _EVERYONE,
    Action.EDIT_STORY: _WORKERS,
    Action.TRANSITION: _WORKERS,
    Action.RANK: _PLANNERS,
    Action.EDIT_VALUE: _VALUERS,
    Action.EDIT_PLAN: _PLANNERS,
    Action.EDIT_SPRINT: _PLANNERS,
    Action.EDIT_MAP: _PLANNERS,
    Action.EDIT_WORKFLOW: _PLANNERS,
    Action.IMPORT: _PLANNERS,
    Action.MANAGE_PEOPLE: _OWNERS,
    Action.MANAGE_WORKSPACE: _OWNERS,
}

WORDS: dict[Action, str] = {
    Action.VIEW: "see this workspace",
    Action.VOTE: "vote and hand in feedback",
    Action.EDIT_STORY: "add and edit stories, tasks and dependencies",
    Action.TRANSITION: "change a story's state",
    Action.RANK: "change the order of the backlog",
    Action.EDIT_VALUE: "estimate business value",
    Action.EDIT_PLAN: "edit applications, capabilities and teams",
    Action.EDIT_SPRINT: "edit sprints",
    Action.EDIT_MAP: "edit value stream maps",
    Action.EDIT_WORKFLOW: "edit the workflow",
    Action.IMPORT: "import files",
    Action.MANAGE_PEOPLE: "invite people and change their roles",
    Action.MANAGE_WORKSPACE: "change the workspace's settings",
}


def allows(*, role: str, action: Action) -> bool:
    """Whether a role may do an action."""
    return role in POLICY[action]
