"""The list of sources that an archive is filled from: a TOML file that people may edit, comments and all.

[shop-paper]
kind = "feed"
location = "https://shop-paper.example/feed.xml"
"""

import re
from dataclasses import asdict, dataclass
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from index.errors import BadInputError, SetupError, StorageError

_HEAD = """# What `newsdesk ingest` reads when it is given no path. `newsdesk sources add` writes here; so may you.
"""


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One source by its name. `kind`: a name of the table of sources; `location`: an address, file or folder."""

    name: str
    kind: str
    location: str


class SourceFile:
    """The sources in `file`, which need not exist. Raises SetupError when it cannot be understood."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def entries(self) -> list[SourceEntry]:
        """All sources, in the order of the file."""
        return [self._entry(name, table) for name, table in self._document().items()]

    def entry(self, name: str) -> SourceEntry:
        """The source of this name. Raises BadInputError when there is none."""
        entries = {entry.name: entry for entry in self.entries()}
        if name not in entries:
            names = ", ".join(entries) or "none yet"
            raise BadInputError(f"There is no source named {name!r}.", f"Name one of those there are: {names}.")
        return entries[name]

    def add(self, entry: SourceEntry) -> None:
        """Append a source. Raises BadInputError when its name or location is there already."""
        for known in self.entries():
            if known.name == entry.name:
                raise BadInputError(f"There is a source named {entry.name!r} already.", "Choose another --name.")
            if known.location == entry.location:
                raise BadInputError(f"{entry.location} is the source {known.name!r} already.", "Nothing needs doing.")
        document = self._document()
        document[entry.name] = {key: value for key, value in asdict(entry).items() if key != "name"}
        self._write(document)

    def remove(self, name: str) -> SourceEntry:
        """Take a source out and return it. Raises BadInputError when there is none of this name."""
        entry = self.entry(name)
        document = self._document()
        del document[name]
        self._write(document)
        return entry

    def free_name(self, location: str) -> str:
        """A name for a new source, after its host or last folder."""
        base = re.sub(r"^https?://(www\.)?|[/:?#].*", "", location) or Path(location).name or "source"
        base = re.sub(r"[^\w.-]+", "-", base).strip("-") or "source"
        taken = {entry.name for entry in self.entries()}
        numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
        return next(name for name in (base, *numbered) if name not in taken)

    def _document(self) -> tomlkit.TOMLDocument:
        try:
            return tomlkit.parse(self._file.read_text("utf-8"))
        except FileNotFoundError:
            return tomlkit.parse(_HEAD)
        except (OSError, UnicodeDecodeError, TOMLKitError) as error:
            raise SetupError(f"{self._file} cannot be read: {error}.", "Correct the file, or move it away.") from error

    def _entry(self, name: str, table: object) -> SourceEntry:
        match table:
            case {"kind": str(kind), "location": str(location), **rest} if not rest:
                return SourceEntry(name, kind, location)
        raise SetupError(
            f"The source {name!r} in {self._file} is not understood.",
            'A source has a kind and a location, both in quotes, and nothing else: kind = "feed", location = "https://..."',
        )

    def _write(self, document: tomlkit.TOMLDocument) -> None:
        written = self._file.with_suffix(".new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            written.write_text(tomlkit.dumps(document).rstrip() + "\n", "utf-8")
            written.replace(self._file)
        except OSError as error:
            raise StorageError(
                f"{self._file} cannot be written: {error.strerror}.", "Check its permissions and the free space."
            ) from error
