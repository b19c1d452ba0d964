"""Comments, files, followers and the inbox on pages; two edits of one field on the story's page."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Workspace
from accounts.policies import Role
from planner.models import Attachment, Comment, Notice, Story
from planner.services.comments import add_comment
from planner.services.stories import update_story
from planner.services.watching import follow_story
from planner.services.workspaces import find_or_create_person
from planner.web.comment_text import draw_comment
from tests.factories import NOW, actor_of, make_member, make_story, make_workspace, owner_of

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("SHOP")


@pytest.fixture
def story(workspace: Workspace) -> Story:
    return make_story(workspace)


def address(story: Story, name: str, *more: object) -> str:
    return reverse(name, args=[story.workspace.key, story.key, *more])


def post(client: Client, url: str, **values: Any) -> Any:
    return client.post(url, values, headers={"HX-Request": "true"})


def send(client: Client, story: Story, content: bytes = PNG, name: str = "form.png") -> Attachment:
    post(client, address(story, "attachment-add"), file=SimpleUploadedFile(name, content))
    return Attachment.objects.latest("pk")


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("One\n\nTwo\nlines", "<p>One</p><p>Two<br>lines</p>"),
        ("<b>x</b> & <script>", "<p>&lt;b&gt;x&lt;/b&gt; &amp; &lt;script&gt;</p>"),
        ("- a\n- `b`\nc", "<ul><li>a</li><li><code>b</code></li></ul><p>c</p>"),
        ("1. a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        ("```\n<i>\n```", "<pre><code>&lt;i&gt;</code></pre>"),
        ("`<i>` @Ann", '<p><code>&lt;i&gt;</code> <span class="mention">@Ann</span></p>'),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        ("{0} {{x}}", "<p>{0} {{x}}</p>"),
    ],
)
def test_what_people_type_is_never_markup(text: str, markup: str) -> None:
    assert draw_comment(text, names=["Ann"]) == markup


def test_an_address_becomes_a_link_without_what_ends_the_sentence() -> None:
    drawn = draw_comment('See https://a.example/x?b=1&c="2".')
    assert drawn.startswith('<p>See <a href="https://a.example/x?b=1&amp;c=" rel="nofollow noopener noreferrer"')
    assert '"onclick' not in draw_comment('https://a.example/"onclick="x')


def test_a_comment_is_drawn_with_its_part_and_told_in_the_history(reader: Client, story: Story) -> None:
    answer = post(reader, address(story, "comment-add"), text="Split by <net> weight")
    assert b"Split by &lt;net&gt; weight" in answer.content
    assert json.loads(answer.headers["HX-Trigger"])["part-changed"] == {"part": "comments"}
    history = reader.get(address(story, "story-history"), {"kind": "talk"})
    assert b"Split by &lt;net&gt; weight" in history.content


def test_a_comment_of_somebody_else_has_no_form(client: Client, workspace: Workspace, story: Story) -> None:
    comment = add_comment(story=story, text="Mine", actor=actor_of(workspace), now=NOW)
    client.force_login(make_member(workspace))
    edit = reverse("comment-edit", args=[workspace.key, comment.pk])
    assert client.get(edit).status_code == 403
    assert post(client, edit, text="Hers").status_code == 403
    assert post(client, reverse("comment-delete", args=[workspace.key, comment.pk])).status_code == 403
    assert Comment.objects.get().text == "Mine"


def test_a_mention_of_nobody_is_saved_and_told(reader: Client, workspace: Workspace, story: Story) -> None:
    find_or_create_person(workspace=workspace, name="Ann Lee")
    answer = post(reader, address(story, "comment-add"), text="@Ann and @Ann Lee, ask it@example.com")
    said = json.loads(answer["HX-Trigger"])["toast"]["message"]
    assert said.startswith("Saved, but @Ann told nobody")
    edit = reverse("comment-edit", args=[workspace.key, Comment.objects.get().pk])
    many = post(reader, edit, text="@a @b @c @d @e")
    assert "@a, @b, @c and 2 more told nobody" in json.loads(many["HX-Trigger"])["toast"]["message"]
    assert "toast" not in json.loads(post(reader, edit, text="@ann lee: done")["HX-Trigger"])


def test_a_comment_is_not_found_by_way_of_another_workspace(reader: Client, workspace: Workspace, story: Story) -> None:
    comment = add_comment(story=story, text="Mine", actor=actor_of(workspace), now=NOW)
    other = make_workspace("OTHER", owner=owner_of(workspace))
    assert reader.get(reverse("comment-edit", args=[other.key, comment.pk])).status_code == 404


def test_many_comments_cost_no_more_queries(
    reader: Client, workspace: Workspace, story: Story, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(40):
        add_comment(story=story, text=f"No. {number} @user", actor=actor_of(workspace), now=NOW)
    part = address(story, "story-part", "comments")
    with django_assert_max_num_queries(12):
        answer = reader.get(part)
    assert b"Show 10 earlier" in answer.content
    assert b"No. 0 " in reader.get(part, {"all": "1"}).content


def test_a_picture_is_shown_and_anything_else_only_downloaded(reader: Client, story: Story) -> None:
    picture, page = send(reader, story), send(reader, story, HTML, "cute.png")
    shown = reader.get(reverse("attachment", args=["SHOP", picture.pk]), {"show": "1"})
    assert (shown["Content-Type"], shown["Content-Disposition"]) == ("image/png", 'inline; filename="form.png"')
    kept = reader.get(reverse("attachment", args=["SHOP", page.pk]), {"show": "1"})
    assert kept["Content-Disposition"].startswith("attachment")
    for answer in (shown, kept):
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_file_whose_bytes_are_gone_says_so(reader: Client, story: Story) -> None:
    kept = send(reader, story)
    kept.file.storage.delete(kept.file.name)
    assert reader.get(reverse("attachment", args=["SHOP", kept.pk])).status_code == 404


def test_a_deleted_file_comes_back_by_undo(reader: Client, story: Story) -> None:
    kept = send(reader, story)
    answer = post(reader, reverse("attachment-delete", args=["SHOP", kept.pk]))
    undo = json.loads(answer.headers["HX-Trigger"])["toast"]["undo"]
    assert not Attachment.objects.exists()
    post(reader, undo["url"], **undo["values"])
    assert Attachment.objects.get().name == "form.png"


def test_two_edits_of_one_field_are_answered_with_both_values_and_a_choice(
    reader: Client, workspace: Workspace, story: Story
) -> None:
    update_story(story=story, changes={"title": "Theirs"}, actor=actor_of(workspace), now=NOW)
    answer = post(reader, address(story, "story-update"), title="Mine", version=1, part="head")
    assert (answer.status_code, answer["Millrace-Collision"]) == (409, "1")
    assert b"Theirs" in answer.content
    assert b'<textarea hidden name="title">Mine</textarea>' in answer.content
    assert b'data-version value="2"' in answer.content
    kept = post(reader, address(story, "story-update"), title="Mine", version=2, part="head")
    assert kept.status_code == 200


def test_ticks_of_two_people_both_stay(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace, acceptance="One\nTwo")
    update_story(story=story, changes={"acceptance": "None\nOne\nTwo"}, actor=actor_of(workspace), now=NOW)
    url = address(story, "story-criterion")
    post(reader, url, line=0, words="One", met="on")
    post(reader, url, line=1, words="Two", met="on")
    story.refresh_from_db()
    assert story.acceptance == "None\n[x] One\n[x] Two"


def test_a_criterion_is_added_at_the_end(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace, acceptance="[x] One")
    assert b"Two things" in post(reader, address(story, "story-criterion"), new="  Two\nthings ").content
    assert post(reader, address(story, "story-criterion"), new=" ").status_code == 400
    story.refresh_from_db()
    assert story.acceptance == "[x] One\nTwo things"


def test_a_viewer_follows_and_reads_but_has_no_form(client: Client, workspace: Workspace, story: Story) -> None:
    viewer = make_member(workspace, Role.VIEWER)
    client.force_login(viewer)
    assert b"Following" in post(client, address(story, "story-watch"), follow="on").content
    assert b"comment-new" not in client.get(address(story, "story")).content
    update_story(story=story, changes={"title": "New"}, actor=actor_of(workspace), now=NOW)
    assert b"Title: A story" in client.get(reverse("inbox", args=["SHOP"])).content


def test_the_inbox_pages_filters_and_marks(client: Client, workspace: Workspace, story: Story) -> None:
    reader = make_member(workspace)
    client.force_login(reader)
    follow_story(story=story, user=reader, now=NOW)
    for number in range(45):
        add_comment(story=story, text=f"No. {number}", actor=actor_of(workspace), now=NOW)
    inbox = reverse("inbox", args=["SHOP"])
    page = client.get(inbox)
    assert page.content.count(b"data-notice=") == 40
    rest = client.get(inbox, {"before": page.context["page"].next_before})
    assert rest.content.count(b"data-notice=") == 5
    assert b"45" in client.get(reverse("notice-bell", args=["SHOP"])).content
    assert client.get(inbox, {"show": "mentions"}).content.count(b"data-notice=") == 0
    newest = Notice.objects.latest("pk").pk
    post(client, reverse("notices-read", args=["SHOP"]), notice=newest)
    assert client.get(inbox, {"show": "unread"}).context["unread"] == 44
    post(client, reverse("notices-read", args=["SHOP"]), notice=newest, undo="1")
    post(client, reverse("notices-read", args=["SHOP"]), all="1")
    assert not Notice.objects.filter(user=reader, read_at=None).exists()


def test_an_empty_inbox_teaches(reader: Client, workspace: Workspace) -> None:
    assert b"press Follow" in reader.get(reverse("inbox", args=["SHOP"])).content


def test_names_for_mentions_come_once_each(reader: Client, workspace: Workspace) -> None:
    names = reader.get(reverse("people-names", args=["SHOP"])).json()["names"]
    assert len(names) == len(set(names))
