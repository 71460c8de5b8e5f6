"""Scores known from elsewhere: offered below the profiles, and what a person must know of the one that ranks."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.components.attributes import attributes
from dashboard.components.ids import Priorities
from dashboard.components.page import Page
from dashboard.services.presets import Preset, PresetProgramme, base_of, preset_on
from geodata.schema.presets import PRESETS


def presets_offered(page: Page) -> html.Details:
    """The presets that do not rank now, each with what it counts and what is missing for it here."""
    config = base_of(page.programme).config
    cards = [_offer(page, preset_on(config, preset)) for preset in PRESETS if preset != _chosen(page)]
    summary = html.Summary(page.t("preset.offer"))
    return html.Details([summary, html.P(page.t("preset.intro"), className="quiet"), *cards], className="asking presets")


def preset_chosen(page: Page) -> html.Section:
    """The warning of the preset that ranks, what is missing, and the way back; empty where the programme's own criteria rank."""
    programme = page.programme
    if not isinstance(programme, PresetProgramme):
        asked = page.state.preset
        told = [html.P(page.t("preset.nothing", preset=page.t(f"preset.{asked}")), className="preset-warning")] if asked else []
        return html.Section([*told, *([_back(page)] if asked else [])], className="preset-chosen", hidden=not asked)
    preset = programme.preset
    parts = [
        html.H2(page.t(f"preset.{preset.id}"), id="priorities-preset-label", className="panel-title"),
        html.P(page.t(f"preset.{preset.id}_warning"), className="preset-warning", role="note"),
        html.P(_points(page, preset)),
        *_missing(page, preset),
        _back(page),
    ]
    return html.Section(parts, className="preset-chosen", **attributes(aria_labelledby="priorities-preset-label"))


def preset_note(page: Page) -> list[html.P]:
    """The name and warning of the preset that ranks, for pages and prints that show its list; nothing without one."""
    chosen = _chosen(page)
    words = f"{page.t(f'preset.{chosen}')}: {page.t(f'preset.{chosen}_warning')}" if chosen else ""
    return [html.P(words, className="preset-warning", role="note")] if chosen else []


def _chosen(page: Page) -> str:
    return page.programme.preset.id if isinstance(page.programme, PresetProgramme) else ""


def _offer(page: Page, preset: Preset) -> html.Div:
    label = page.t(f"preset.{preset.id}")
    criteria = html.P(
        page.t("preset.criteria", criteria="; ".join(page.say(each.label) for each in preset.criteria) or "–"), className="quiet"
    )
    use = dmc.Button(
        page.t("preset.use"), id=Priorities.preset(preset.id), size="compact-sm", variant="default", disabled=not preset.criteria,
        attributes={"root": {"aria-label": f"{page.t('preset.use')}: {label}"}},
    )  # fmt: skip
    return html.Div([html.H3(label), criteria, *_missing(page, preset), use], className="preset-offer")


def _points(page: Page, preset: Preset) -> str:
    return page.t("preset.points", points=preset.points, all=preset.all_points)


def _missing(page: Page, preset: Preset) -> list[Any]:
    """What is not measured here and left out, and how to measure it."""
    if not preset.missing:
        return []
    names = "; ".join(f"{page.say(item.label)} ({item.id})" for item in preset.missing)
    return [html.P(page.t("preset.missing", names=names)), html.P(page.t("preset.missing_fix", preset=preset.id), className="quiet")]


def _back(page: Page) -> html.Div:
    return html.Div(
        dmc.Button(page.t("preset.back"), id=Priorities.preset("none"), size="compact-sm", variant="default"), className="button-row"
    )
