"""The numbers by which an answer shows its proof."""

from collections.abc import Iterable, Mapping


def refs(numbers: Iterable[int], labels: Mapping[int, str]) -> str:
    """A button for each citation; `labels`: who said it and when, escaped."""
    return "".join(
        f"<button type='button' class='nd-ref' data-cite='{n}' aria-pressed='false' "
        f"aria-label='Show source {n}: {labels.get(n, '')}'>{n}</button>"
        for n in numbers
    )
