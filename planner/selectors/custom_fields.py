"""The custom fields of a workspace, as kernels and pages need them."""

from collections.abc import Iterable, Sequence

from django.db.models import Prefetch, QuerySet

from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import require
from common.errors import NotFound
from planner.domain.fields.kinds import FieldSpec, Named
from planner.domain.vocabulary import FieldKind
from planner.models import CustomField, FieldOption, Person

LARGEST_ID = 2**63 - 1
_CHOOSING = (FieldKind.CHOICE.value, FieldKind.MULTI_CHOICE.value)


def list_fields(*, workspace_id: int, item: str | None = None, is_archived: bool = False) -> QuerySet[CustomField]:
    """The fields in their order, with their options; `is_archived` lists those taken away instead."""
    fields = CustomField.objects.filter(workspace=workspace_id, archived_at__isnull=not is_archived)
    if item is not None:
        fields = fields.filter(item=item)
    return fields.prefetch_related(Prefetch("options", FieldOption.objects.order_by("position", "id")))


def get_field_for(*, user: User, field_id: int, action: Action) -> CustomField:
    """The field with this id, taken away or not."""
    known = CustomField.objects.select_related("workspace").prefetch_related("options")
    field = known.filter(pk=field_id).first() if 0 < field_id <= LARGEST_ID else None
    if field is None:
        raise NotFound("There is no such field.")
    require(user=user, workspace_id=field.workspace_id, action=action, what="field")
    return field


def specs_of(*, workspace: Workspace, fields: Iterable[CustomField]) -> dict[str, FieldSpec]:
    """The fields by key as the kernel reads values with; people are looked up once, and only where needed."""
    listed = list(fields)
    people = _people(workspace.pk) if any(field.kind == FieldKind.PERSON.value for field in listed) else ()
    return {field.key: _spec(field, people=people, currency=workspace.currency) for field in listed}


def _people(workspace_id: int) -> tuple[Named, ...]:
    people = Person.objects.filter(workspace=workspace_id).order_by("name", "pk").values_list("pk", "name")
    return tuple(Named(pk, name) for pk, name in people)


def _spec(field: CustomField, *, people: Sequence[Named], currency: str) -> FieldSpec:
    kind = FieldKind(field.kind)
    choices = tuple(people) if kind is FieldKind.PERSON else options_of(field)
    return FieldSpec(field.key, field.name, kind, choices=choices, unit=field.unit, currency=currency)


def options_of(field: CustomField) -> tuple[Named, ...]:
    """A choice's options in their order, archived ones too: a value may still be one. Other kinds have none."""
    if field.kind not in _CHOOSING:
        return ()
    return tuple(Named(option.pk, option.label, option.archived_at is not None) for option in field.options.all())
