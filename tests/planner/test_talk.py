"""Comments, mentions, followers and the notices they bring: who is told what, and who is not."""

from datetime import timedelta
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership, User, Workspace
from accounts.policies import Role
from common.errors import Conflict, InvalidInput, NotFound
from planner.domain.mentions import find_mentions
from planner.domain.vocabulary import EventSource
from planner.events import FieldChange
from planner.models import Comment, Notice, Person, StoryEvent, Watcher
from planner.services.actor import Actor
from planner.services.bulk import edit_stories
from planner.services.comments import add_comment, delete_comment, edit_comment
from planner.services.notices import mark_read, tell_of_changes
from planner.services.ranking import move_story
from planner.services.stories import StoryDraft, create_story, update_story
from planner.services.tasks import create_task
from planner.services.watching import follow_story, unfollow_story
from planner.services.workspaces import ensure_person
from tests.factories import (
    NOW,
    actor_of,
    make_member,
    make_stories,
    make_story,
    make_user,
    make_workspace,
    owner_of,
    state_named,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


@pytest.fixture
def dana(workspace: Workspace) -> User:
    user = make_member(workspace, user=make_user(display_name="Dana Ruiz"))
    ensure_person(workspace=workspace, user=user)
    return user


def as_actor(user: User) -> Actor:
    return Actor.of(user=user, source=EventSource.UI)


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def test_a_comment_is_told_in_the_log_without_its_words(workspace: Workspace, dana: User) -> None:
    story = make_story(workspace)
    comment = add_comment(story=story, text=" Two goods lines merge. ", actor=as_actor(dana), now=NOW)
    event = StoryEvent.objects.get(story=story, field="comment")
    assert (comment.text, comment.author_name) == ("Two goods lines merge.", "Dana Ruiz")
    assert (event.to_value, event.to_id, event.actor_name) == ("added", comment.pk, "Dana Ruiz")
    story.refresh_from_db()
    assert (story.last_sequence, story.version) == (2, 1)


def test_a_mention_tells_the_named_and_others_who_follow(workspace: Workspace, dana: User) -> None:
    story, lee = make_story(workspace), make_member(workspace)
    follow_story(story=story, user=lee, now=NOW)
    add_comment(story=story, text="@Dana Ruiz, please look", actor=actor_of(workspace), now=NOW)
    assert (told(dana), told(lee), told(owner_of(workspace))) == (["MENTION"], ["COMMENT"], [])


def test_nobody_is_told_of_their_own_comment_even_when_they_name_themselves(workspace: Workspace, dana: User) -> None:
    add_comment(story=make_story(workspace), text="note to @Dana Ruiz", actor=as_actor(dana), now=NOW)
    assert told(dana) == []


def test_whoever_left_the_workspace_is_told_nothing(workspace: Workspace, dana: User) -> None:
    story = make_story(workspace)
    follow_story(story=story, user=dana, now=NOW)
    Membership.objects.filter(user=dana).delete()
    add_comment(story=story, text="@Dana Ruiz", actor=actor_of(workspace), now=NOW)
    update_story(story=story, changes={"title": "New"}, actor=actor_of(workspace), now=NOW)
    assert told(dana) == []


def test_an_edit_tells_only_those_whom_it_names_for_the_first_time(workspace: Workspace, dana: User) -> None:
    story, lee = make_story(workspace), make_member(workspace, user=make_user(display_name="Lee"))
    ensure_person(workspace=workspace, user=lee)
    comment = add_comment(story=story, text="@Dana Ruiz", actor=actor_of(workspace), now=NOW)
    edit_comment(comment=comment, text="@Dana Ruiz and @Lee", actor=actor_of(workspace), now=NOW, version=1)
    assert (told(dana), told(lee)) == (["MENTION"], ["MENTION"])
    comment.refresh_from_db()
    assert (comment.version, comment.edited_at) == (2, NOW)


def test_an_edit_of_an_old_copy_is_refused(workspace: Workspace) -> None:
    comment = add_comment(story=make_story(workspace), text="One", actor=actor_of(workspace), now=NOW)
    edit_comment(comment=comment, text="Two", actor=actor_of(workspace), now=NOW, version=1)
    with pytest.raises(Conflict):
        edit_comment(comment=comment, text="Three", actor=actor_of(workspace), now=NOW, version=1)


def test_a_deleted_comment_leaves_its_words_nowhere(workspace: Workspace, dana: User) -> None:
    story = make_story(workspace)
    comment = add_comment(story=story, text="secret @Dana Ruiz", actor=actor_of(workspace), now=NOW)
    delete_comment(comment=comment, actor=actor_of(workspace), now=NOW)
    assert Comment.objects.get().text == ""
    assert not Notice.objects.filter(text__contains="secret").exists()
    assert not StoryEvent.objects.filter(to_value__contains="secret").exists()
    with pytest.raises(NotFound):
        edit_comment(comment=comment, text="again", actor=actor_of(workspace), now=NOW)


@pytest.mark.parametrize("text", ["", "  \n", "x" * 10_001, "a\x00b"])
def test_a_comment_that_says_nothing_or_too_much_is_refused(workspace: Workspace, text: str) -> None:
    with pytest.raises(InvalidInput):
        add_comment(story=make_story(workspace), text=text, actor=actor_of(workspace), now=NOW)
    assert not Comment.objects.exists()


def test_creating_commenting_and_being_assigned_make_somebody_follow(workspace: Workspace, dana: User) -> None:
    lee = make_member(workspace)
    story = create_story(workspace=workspace, draft=StoryDraft(title="T"), actor=actor_of(workspace), now=NOW)
    add_comment(story=story, text="Hm", actor=as_actor(lee), now=NOW)
    person = Person.objects.get(user=dana)
    update_story(story=story, changes={"assignee": person}, actor=actor_of(workspace), now=NOW)
    assert set(Watcher.objects.filter(story=story).values_list("user", flat=True)) == {
        owner_of(workspace).pk,
        lee.pk,
        dana.pk,
    }
    assert told(dana) == ["ASSIGNED"]


def test_a_story_that_is_created_for_somebody_tells_them(workspace: Workspace, dana: User) -> None:
    make_story(workspace, assignee=Person.objects.get(user=dana))
    assert told(dana) == ["ASSIGNED"]


def test_who_takes_a_story_follows_it_and_is_told_nothing(workspace: Workspace, dana: User) -> None:
    story = make_story(workspace)
    update_story(story=story, changes={"assignee": Person.objects.get(user=dana)}, actor=as_actor(dana), now=NOW)
    assert told(dana) == []
    assert Watcher.objects.filter(story=story, user=dana).exists()


def test_a_change_is_told_in_one_line_to_those_who_follow(workspace: Workspace, dana: User) -> None:
    story = make_story(workspace)
    follow_story(story=story, user=dana, now=NOW)
    changes = {"points": Decimal(5), "description": "Long", "state": state_named(workspace, "Review")}
    update_story(story=story, changes=changes, actor=actor_of(workspace), now=NOW)
    [notice] = Notice.objects.filter(user=dana)
    assert notice.kind == "CHANGE"
    first = story.state.name
    assert notice.text == f"Points: none → 5; Description rewritten; State: {first} → Review"


def test_what_somebody_goes_on_changing_joins_the_unread_line(workspace: Workspace, dana: User) -> None:
    story, actor = make_story(workspace), actor_of(workspace)
    follow_story(story=story, user=dana, now=NOW)
    update_story(story=story, changes={"points": Decimal(5)}, actor=actor, now=NOW)
    update_story(story=story, changes={"title": "New"}, actor=actor, now=NOW + timedelta(minutes=5))
    assert Notice.objects.get(user=dana).text == "Points: none → 5; Title: A story → New"
    update_story(story=story, changes={"title": "Newer"}, actor=actor, now=NOW + timedelta(minutes=11))
    assert told(dana) == ["CHANGE"] * 2
    mark_read(workspace=workspace, user=dana, now=NOW)
    update_story(story=story, changes={"title": "Newest"}, actor=actor, now=NOW + timedelta(minutes=12))
    assert told(dana) == ["CHANGE"] * 3


def test_moves_and_tasks_tell_nobody(workspace: Workspace, dana: User) -> None:
    first, second = make_stories(workspace, 2)
    follow_story(story=second, user=dana, now=NOW)
    move_story(story=second, before=first, actor=actor_of(workspace), now=NOW)
    create_task(story=second, title="T", actor=actor_of(workspace), now=NOW)
    assert told(dana) == []


def test_whoever_stopped_following_is_told_nothing(workspace: Workspace, dana: User) -> None:
    story = make_story(workspace)
    follow_story(story=story, user=dana, now=NOW)
    follow_story(story=story, user=dana, now=NOW)
    unfollow_story(story=story, user=dana)
    update_story(story=story, changes={"title": "New"}, actor=actor_of(workspace), now=NOW)
    assert told(dana) == []


def test_a_bulk_edit_of_500_stories_tells_each_person_once(
    workspace: Workspace, dana: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    stories = make_stories(workspace, 500)
    lee = make_member(workspace)
    Watcher.objects.bulk_create(Watcher(story=story, user=lee, created_at=NOW) for story in stories)
    person = Person.objects.get(user=dana)
    with django_assert_max_num_queries(30):
        edit_stories(
            workspace=workspace,
            story_ids=[story.pk for story in stories],
            changes={"assignee": person},
            actor=actor_of(workspace),
            now=NOW,
        )
    assert (told(dana), told(lee)) == (["ASSIGNED"], ["CHANGE"])
    assert Notice.objects.get(user=dana).text == "and 499 other stories"
    assert Watcher.objects.filter(user=dana).count() == 500


def test_a_bulk_edit_of_a_few_stories_tells_of_each(workspace: Workspace, dana: User) -> None:
    stories = make_stories(workspace, 3)
    for story in stories:
        follow_story(story=story, user=dana, now=NOW)
    edit_stories(
        workspace=workspace,
        story_ids=[story.pk for story in stories],
        changes={"points": Decimal(2)},
        actor=actor_of(workspace),
        now=NOW,
    )
    assert told(dana) == ["CHANGE"] * 3


def test_a_change_that_is_not_told_asks_for_no_followers(
    workspace: Workspace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    moved = FieldChange(1, 2, "rank", None, None, "2nd", "1st", NOW)
    with django_assert_num_queries(0):
        tell_of_changes(workspace_id=workspace.pk, changes=[moved], now=NOW)


def test_reading_touches_only_ones_own_notices(workspace: Workspace, dana: User) -> None:
    story, lee = make_story(workspace), make_member(workspace, Role.VIEWER)
    for user in (dana, lee):
        follow_story(story=story, user=user, now=NOW)
    update_story(story=story, changes={"title": "New"}, actor=actor_of(workspace), now=NOW)
    every = list(Notice.objects.values_list("pk", flat=True))
    assert mark_read(workspace=workspace, user=dana, notice_ids=every, now=NOW + timedelta(1)) == 1
    assert Notice.objects.get(user=lee).read_at is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Ann Lee and @ann", ["Ann Lee", "Ann"]),
        ("mail ann@ann.example", []),
        ("@Annabel", []),
        ("(@Ann)", ["Ann"]),
        ("@", []),
        ("@@Ann", ["Ann"]),
        ("@Åse!", ["Åse"]),
    ],
)
def test_mentions_are_whole_names_and_the_longest_counts(text: str, named: list[str]) -> None:
    assert [mention.name for mention in find_mentions(text, ["Ann", "Ann Lee", "Åse"])] == named
