"""Pins on pages: where a unit is held, why and until when, and every mistake told at its field."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Workspace
from accounts.policies import Role
from common.clock import utc_now
from planner.models import Capability, Pin
from planner.services.pins import pin_unit
from planner.web.proposal_page import ordinal
from tests.factories import actor_of, give_value, make_capability, make_member, make_story, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("SHOP")


@pytest.fixture
def capabilities(workspace: Workspace) -> list[Capability]:
    made = [make_capability(workspace, title=f"Worth {weekly}") for weekly in (900, 600, 300)]
    for capability, weekly in zip(made, (900, 600, 300), strict=True):
        make_story(workspace, capability=capability, points=Decimal(5))
        give_value(capability, weekly)
    return made


def day(ahead: int = 20) -> str:
    return (utc_now() + timedelta(days=ahead)).date().isoformat()


def form(**others: str) -> dict[str, str]:
    return {"where": "PLACE", "place": "1", "reason": "Promised for June", "expires_on": day()} | others


def post(client: Client, url: str, values: dict[str, str] | None = None) -> Any:
    return client.post(url, values or {}, headers={"HX-Request": "true"})


def pin_url(capability: Capability) -> str:
    return reverse("capability-pin", args=[capability.workspace.key, capability.key])


def held(workspace: Workspace, capability: Capability, *, place: int = 1) -> Pin:
    return pin_unit(
        workspace=workspace,
        unit=capability,
        kind="PLACE",
        place=place,
        reason="Promised for June",
        expires_on=(utc_now() + timedelta(days=20)).date(),
        actor=actor_of(workspace),
        now=utc_now(),
    )


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_capability_is_pinned_from_its_dialog(reader: Client, capabilities: list[Capability]) -> None:
    url = pin_url(capabilities[2])
    assert f'hx-post="{url}"' in text(reader.get(url))
    answer = post(reader, url, form())
    assert answer.status_code == 204
    assert "close-dialog" in answer.headers["HX-Trigger"]
    pin = Pin.objects.get()
    assert (pin.capability, pin.place, pin.reason) == (capabilities[2], 1, "Promised for June")


@pytest.mark.parametrize("where", ["BEFORE", "AFTER"])
def test_a_capability_is_pinned_against_another_by_its_key(
    reader: Client, capabilities: list[Capability], where: str
) -> None:
    typed = form(where=where, **{where.lower(): capabilities[0].key.lower()})
    assert post(reader, pin_url(capabilities[2]), typed).status_code == 204
    pin = Pin.objects.get()
    assert (pin.kind, pin.other_capability, pin.place) == (where, capabilities[0], None)


def test_a_story_of_its_own_is_pinned(reader: Client, workspace: Workspace, capabilities: list[Capability]) -> None:
    story = make_story(workspace, points=Decimal(2))
    give_value(story, 50)
    assert post(reader, reverse("story-pin", args=[workspace.key, story.key]), form()).status_code == 204
    assert Pin.objects.get().story == story


def test_the_page_pins_what_is_named_by_its_key(
    reader: Client, workspace: Workspace, capabilities: list[Capability]
) -> None:
    url = reverse("pins", args=[workspace.key])
    assert 'name="unit"' in text(reader.get(f"{url}?part=dialog"))
    assert post(reader, url, form(unit=capabilities[1].key)).status_code == 204
    assert Pin.objects.get().capability == capabilities[1]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("place", {"place": "0"}),
        ("place", {"place": "first"}),
        ("place", {"place": "99"}),
        ("where", {"where": ""}),
        ("before", {"where": "BEFORE", "before": "NO-1"}),
        ("after", {"where": "AFTER", "after": ""}),
        ("reason", {"reason": " "}),
        ("expires_on", {"expires_on": "soon"}),
        ("expires_on", {"expires_on": "2020-01-01"}),
    ],
)
def test_a_mistake_is_told_at_its_field(
    reader: Client, capabilities: list[Capability], field: str, wrong: dict[str, str]
) -> None:
    url = pin_url(capabilities[2])
    answer = post(reader, url, form(**wrong))
    assert answer.status_code == 400
    assert f'data-field="{field}"'.encode() in answer.content
    assert f'data-error-for="{field}"' in text(reader.get(url))
    assert not Pin.objects.exists()


def test_all_mistakes_of_a_form_are_told_at_once(reader: Client, capabilities: list[Capability]) -> None:
    answer = post(reader, pin_url(capabilities[2]), form(place="x", expires_on="y"))
    assert b'data-field="place"' in answer.content
    assert b'data-field="expires_on"' in answer.content


def test_a_unit_cannot_stand_before_itself(reader: Client, capabilities: list[Capability]) -> None:
    answer = post(reader, pin_url(capabilities[2]), form(where="BEFORE", before=capabilities[2].key))
    assert answer.status_code == 400
    assert "can&#x27;t stand before itself" in text(answer)


def test_two_pins_on_one_place_name_the_one_in_the_way(
    reader: Client, workspace: Workspace, capabilities: list[Capability]
) -> None:
    held(workspace, capabilities[0])
    answer = post(reader, pin_url(capabilities[2]), form())
    assert answer.status_code == 409
    assert capabilities[0].key in text(answer)


def test_the_dialog_shows_the_pins_a_unit_already_has(
    reader: Client, workspace: Workspace, capabilities: list[Capability]
) -> None:
    held(workspace, capabilities[2], place=2)
    assert "Already pinned 2nd until" in text(reader.get(pin_url(capabilities[2])))


def test_a_pin_is_listed_with_who_why_and_until_when_and_lifted(
    reader: Client, workspace: Workspace, capabilities: list[Capability]
) -> None:
    pin = held(workspace, capabilities[2])
    url = reverse("pins", args=[workspace.key])
    listed = text(reader.get(url))
    for part in (pin.author_name, "Promised for June", "1st, Worth 300", "20 days"):
        assert part in listed
    assert post(reader, reverse("pin-lift", args=[workspace.key, pin.pk])).status_code == 204
    page = reader.get(f"{url}?part=lists")
    assert [line.pin for line in page.context["over"]] == [pin]
    assert "Nothing is pinned" in text(page)


def test_an_expired_pin_counts_no_more(reader: Client, workspace: Workspace, capabilities: list[Capability]) -> None:
    pin = held(workspace, capabilities[2])
    Pin.objects.update(expires_on=(utc_now() - timedelta(days=3)).date())
    page = reader.get(reverse("pins", args=[workspace.key]))
    assert page.context["live"] == []
    assert [line.pin for line in page.context["over"]] == [pin]
    assert "expired" in text(page)


def test_a_viewer_sees_pins_and_holds_nothing(
    client: Client, workspace: Workspace, capabilities: list[Capability]
) -> None:
    pin = held(workspace, capabilities[2])
    client.force_login(make_member(workspace, Role.VIEWER))
    page = text(client.get(reverse("pins", args=[workspace.key])))
    assert "Promised for June" in page
    assert "Lift the pin" not in page
    assert post(client, pin_url(capabilities[2]), form()).status_code == 403
    assert post(client, reverse("pin-lift", args=[workspace.key, pin.pk])).status_code == 403


def test_another_workspaces_pin_is_not_lifted(
    reader: Client, workspace: Workspace, capabilities: list[Capability]
) -> None:
    pin = held(workspace, capabilities[2])
    make_workspace("SECOND", owner=workspace.memberships.get().user)
    assert post(reader, reverse("pin-lift", args=["SECOND", pin.pk])).status_code == 404


@pytest.mark.parametrize(
    ("number", "words"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (112, "112th"), (23, "23rd")]
)
def test_places_are_told_as_people_say_them(number: int, words: str) -> None:
    assert ordinal(number) == words


def price_of(client: Client, capability: Capability, **values: str) -> str:
    url = reverse("pins-price", args=[capability.workspace.key])
    answer = client.get(url, {"unit": capability.key, **values}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_dialog_tells_the_price_before_anything_is_pinned(reader: Client, capabilities: list[Capability]) -> None:
    first, second, last = capabilities
    dialog = reader.get(pin_url(last), headers={"HX-Request": "true"}).content.decode()
    assert f"{reverse('pins-price', args=['SHOP'])}?unit={last.key}" in dialog
    # 5 points each at 20 a week: 300 a week first instead of last, the others a quarter of a week later
    assert 'Costs <b class="num">$225.00</b>' in price_of(reader, last, where="PLACE", place="1")
    assert "Costs nothing" in price_of(reader, last, where="PLACE", place="3")
    assert 'Costs <b class="num">$75.00</b>' in price_of(reader, last, where="BEFORE", before=second.key)
    assert "Costs nothing" in price_of(reader, first, where="BEFORE", before=second.key)
    assert not Pin.objects.exists()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"where": "PLACE", "place": ""}, "Say where it is held"),
        ({"where": "BEFORE", "before": "NOPE-1"}, "Say where it is held"),
        ({"unit": "", "where": "PLACE", "place": "1"}, "Say where it is held"),
        ({"where": "PLACE", "place": "4"}, "There are 3 valued units"),
        ({"where": "PLACE", "place": "2"}, "is pinned at place 2"),
    ],
)
def test_where_no_price_can_be_told_it_says_why(
    reader: Client, workspace: Workspace, capabilities: list[Capability], values: dict[str, str], told: str
) -> None:
    held(workspace, capabilities[0], place=2)
    assert told in price_of(reader, capabilities[2], **values)


def test_lifting_offers_undo_and_undo_pins_again(
    reader: Client, workspace: Workspace, capabilities: list[Capability]
) -> None:
    pin = held(workspace, capabilities[2])
    answer = post(reader, reverse("pin-lift", args=["SHOP", pin.pk]))
    undo = reverse("pin-restore", args=["SHOP", pin.pk])
    assert undo in answer.headers["HX-Trigger"]
    assert post(reader, undo).status_code == 204
    pin.refresh_from_db()
    assert pin.lifted_at is None
    assert post(reader, undo).status_code == 409
    make_workspace("SECOND", owner=workspace.memberships.get().user)
    assert post(reader, reverse("pin-restore", args=["SECOND", pin.pk])).status_code == 404
