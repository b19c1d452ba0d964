"""Atlassian's document format as plain text."""

from typing import Any

from integrations.formats.reading import clean_text

DESCRIPTION_LIMIT_CHARS = 50_000
_DEPTH_LIMIT = 100
_BLOCKS = {"paragraph", "heading", "listItem", "codeBlock", "blockquote", "tableRow", "rule", "mediaSingle"}


def plain_text(description: Any) -> str:
    """Return a description, text or document, as text with a line for each block."""
    if isinstance(description, str):
        return clean_text(description, DESCRIPTION_LIMIT_CHARS).strip()
    parts: list[str] = []
    _collect(description, parts, 0)
    text = "".join(parts)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return clean_text(text, DESCRIPTION_LIMIT_CHARS).strip()


def _collect(node: Any, parts: list[str], depth: int) -> None:
    if not isinstance(node, dict) or depth > _DEPTH_LIMIT:
        return
    kind = node.get("type")
    attributes = node.get("attrs")
    if isinstance(node.get("text"), str):
        parts.append(node["text"])
    elif kind == "hardBreak":
        parts.append("\n")
    elif kind in ("mention", "emoji", "inlineCard", "status") and isinstance(attributes, dict):
        parts.append(str(attributes.get("text") or attributes.get("url") or ""))
    elif kind == "listItem":
        parts.append("- ")
    content = node.get("content")
    for inner in content if isinstance(content, list) else ():
        _collect(inner, parts, depth + 1)
    if kind in _BLOCKS and not (parts and parts[-1].endswith("\n")):
        parts.append("\n")
