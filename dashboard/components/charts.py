"""Small pictures in the page's own colours: drawn as masks, so that they follow the theme and need no script."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from dash import html

from dashboard.components.attributes import attributes

_HEIGHT = 100


def mask(svg: str) -> dict[str, str]:
    """Style that cuts a box filled with the text colour to the shape of an SVG picture."""
    image = f'url("data:image/svg+xml,{quote(svg)}")'
    return {"maskImage": image, "WebkitMaskImage": image}


def spark(counts: Sequence[int], label: str) -> html.Span:
    """A histogram as small as a word; counts are shown by their square root so that rare values stay visible."""
    top = max([*counts, 1]) ** 0.5
    bars = "".join(
        f"<rect x='{place * 10}' y='{_HEIGHT - height:.0f}' width='8.4' height='{height:.0f}'/>"
        for place, count in enumerate(counts)
        if (height := max(_HEIGHT * count**0.5 / top, 6.0 if count else 0.0))
    )
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {len(counts) * 10} {_HEIGHT}' preserveAspectRatio='none'>{bars}</svg>"
    return html.Span(className="spark", style=mask(svg), role="img", title=label, **attributes(aria_label=label))


def curve(points: Sequence[tuple[float, float]], label: str) -> html.Span:
    """A line through points whose x and y lie within 0..1."""
    path = " ".join(f"{'M' if place == 0 else 'L'}{x * 200:.1f} {95 - y * 90:.1f}" for place, (x, y) in enumerate(points))
    svg = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 200 100' preserveAspectRatio='none'>"
        f"<path d='{path}' fill='none' stroke='black' stroke-width='2.5' vector-effect='non-scaling-stroke'/></svg>"
    )
    return html.Span(className="curve", style=mask(svg), role="img", **attributes(aria_label=label))


def bar(share: float, most: float | None = None) -> html.Span:
    """A bar from 0 to ``share`` of its box, with a mark at ``most``; both 0..1."""
    parts = [html.Span(className="bar-fill", style={"inlineSize": f"{_clip(share):.2%}"})]
    if most is not None:
        parts.insert(0, html.Span(className="bar-most", style={"inlineSize": f"{_clip(most):.2%}"}))
    return html.Span(parts, className="bar", **attributes(aria_hidden="true"))


def icon(name: str) -> html.Span:
    """A picture of the style sheet's set."""
    return html.Span(className=f"icon icon-{name}", **attributes(aria_hidden="true"))


def _clip(share: float) -> float:
    return min(max(share, 0.0), 1.0) if share == share else 0.0
