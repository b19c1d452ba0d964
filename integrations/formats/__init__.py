"""The registry of formats. A format is a folder with a `reader.py`; without its line here it is gone."""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from integrations.formats.reading import Reader


@dataclass(frozen=True)
class Format:
    """A kind of file that can be imported. `reader` is imported only when a file of it is read."""

    name: str
    label: str
    hint: str
    system: str
    reader: str

    def open(self, path: str, *, own_names: frozenset[str] = frozenset()) -> "Reader":
        """Return a reader over the file. Raises UnreadableFile when it is no file of this format.

        `own_names`: casefolded names and keys of the workspace's own fields, to look for in the file.
        """
        module_name, _, class_name = self.reader.rpartition(".")
        return cast("Reader", getattr(import_module(module_name), class_name)(path, own_names=own_names))


FORMATS: dict[str, Format] = {
    chosen.name: chosen
    for chosen in (
        Format(
            name="jira",
            label="Jira issues (JSON)",
            hint="A search response, a list of issues or one issue a line, fetched with expand=changelog.",
            system="jira",
            reader="integrations.jira.reader.JiraReader",
        ),
        Format(
            name="events-csv",
            label="Event log (CSV)",
            hint="Columns item, occurred_at, to_state; optional from_state, title, points, value, actor.",
            system="events-csv",
            reader="integrations.events_csv.reader.EventsCsvReader",
        ),
    )
}
