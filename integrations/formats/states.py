"""What a workflow state's name says about its category, where the tracker doesn't."""

import re

from planner.domain.vocabulary import StateCategory

_CANCELLED = re.compile(
    r"cancel+ed|cancel|abandoned|rejected|declined|withdrawn|obsolete|duplicate|invalid|removed|discarded"
    r"|won'?t ?(?:do|fix)|not doing|abgebrochen|abgelehnt|annul[ée]e?|cancelad[oa]|已取消|无效的?|已拒绝"
)
_DONE = re.compile(
    r"(?:.* )?(?:done|closed|resolved|completed?|finished|released|deployed|shipped|delivered|live)"
    r"|in production|erledigt|geschlossen|fertig|termin[ée]e?|ferm[ée]e?|cerrad[oa]|hecho|listo|完了"
    r"|已?完成|已?关闭|已?解决|已?发布|已?上线"
)
_NOT_YET = re.compile(r"(?:not|to be|ready|waiting|partially|almost|in|code|dev|development)\b.*")
_TODO = re.compile(
    r"to ?do|open|backlog|new|inbox|idea|funnel|reopened|triage|ready(?: for (?:dev|development))?"
    r"|selected for development|zu erledigen|offen|à faire|por hacer|待办|打开|新建|重新打开"
)


def guess_category(name: str) -> StateCategory:
    """Return what a state's name suggests; in progress when it suggests nothing."""
    words = " ".join(name.casefold().replace("\u2019", "'").replace("_", " ").split())
    if _CANCELLED.fullmatch(words):
        return StateCategory.CANCELLED
    if _TODO.fullmatch(words):
        return StateCategory.TODO
    if _DONE.fullmatch(words) and (words == "in production" or not _NOT_YET.fullmatch(words)):
        return StateCategory.DONE
    return StateCategory.IN_PROGRESS
