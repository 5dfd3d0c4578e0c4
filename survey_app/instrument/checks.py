"""Every check by name and level, and what the reasons in lint_ok do to it.

The rules themselves are in rules/; nothing is found or mended here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from survey_app.instrument.model import Instrument
from survey_app.instrument.problems import Finding, Level, Problem, Rule, did_you_mean, problem
from survey_app.instrument.rules import (
    choices,
    contacts,
    help_lines,
    ids,
    privacy,
    quality,
    scoring,
    showing,
    translations,
    wordings,
)
from survey_app.instrument.texts import Catalog

_Find = Callable[[Instrument], Iterable[Finding]]
_CatalogFind = Callable[[Instrument, Mapping[str, Catalog]], Iterable[Finding]]


def _named(level: Level, *finders: _Find) -> dict[str, Rule]:
    return {find.__name__: Rule(level, find) for find in finders}


RULES: dict[str, Rule] = _named(
    "E",
    ids.duplicate_id,
    ids.ill_formed_id,
    ids.ill_formed_code,
    ids.duplicate_option,
    ids.retired_id,
    ids.unknown_response_set,
    ids.version,
    ids.languages,
    ids.unknown_language,
    wordings.unknown_placeholder,
    wordings.leftover_bracket,
    wordings.not_nfc,
    wordings.invisible_character,
    wordings.html,
    wordings.formula,
    wordings.empty_text,
    choices.ordinal_score,
    choices.ordinal_order,
    choices.too_few_options,
    choices.impossible_choices,
    choices.number_range,
    choices.text_length,
    choices.nothing_inside,
    showing.show_if_shape,
    showing.show_if_item,
    showing.show_if_code,
    showing.show_if_border,
    privacy.pii_in_answers,
    privacy.answer_in_follow_up,
    privacy.identifying_wording,
    privacy.promised_follow_up,
    privacy.several_follow_ups,
    contacts.contact_ticks,
    contacts.contact_ways,
    contacts.repeated_contact,
    contacts.unreachable_contact,
    contacts.safeguarding,
    scoring.construct_member,
    scoring.repeated_member,
    scoring.min_answered,
    scoring.unknown_activity,
    help_lines.crisis_line,
    help_lines.help_address,
) | _named(
    "W",
    quality.unbalanced_scale,
    quality.many_points,
    quality.none_not_exclusive,
    quality.other_without_words,
    quality.long_text,
    quality.and_or,
    quality.negation,
    quality.absolute_word,
    quality.crowded_ballot,
    scoring.few_members,
    scoring.mixed_scales,
    help_lines.help_unverified,
    help_lines.help_language,
)

CATALOG_RULES: dict[str, tuple[Level, _CatalogFind]] = {
    "broken_catalog": ("E", translations.broken_catalog),
    "missing_translation": ("E", translations.missing_translation),
    "placeholder_mismatch": ("E", translations.placeholder_mismatch),
    "unsafe_translation": ("E", translations.unsafe_translation),
    "wrong_script": ("E", translations.wrong_script),
    "unreviewed_translation": ("W", translations.unreviewed_translation),
}
REASON_RULE = "useless_reason"


def check(instrument: Instrument, file: str = "") -> tuple[Problem, ...]:
    """Every problem of an instrument by itself. A warning with a reason in lint_ok comes back as I.

    Reasons stand under "rule" or "rule:item"; `file` is only named in the problems.
    """
    useless = (problem("W", REASON_RULE, file, finding) for finding in _useless_reasons(instrument))
    return (*_run(RULES, instrument, file), *useless)


def check_translations(
    instrument: Instrument, catalogs: Mapping[str, Catalog], file: str = ""
) -> tuple[Problem, ...]:
    """Every problem of an instrument's translations (see texts.translations)."""
    bound = {name: Rule(level, _bound(find, catalogs)) for name, (level, find) in CATALOG_RULES.items()}
    return tuple(_run(bound, instrument, file))


def _bound(find: _CatalogFind, catalogs: Mapping[str, Catalog]) -> _Find:
    return lambda instrument: find(instrument, catalogs)


def _run(rules: Mapping[str, Rule], instrument: Instrument, file: str) -> Iterator[Problem]:
    reasons = instrument.lint_ok
    for name, rule in rules.items():
        for finding in rule.find(instrument):
            reason = reasons.get(f"{name}:{finding.item}") or reasons.get(name)
            if rule.level == "W" and reason:
                yield problem("I", name, file, replace(finding, remedy=f"Accepted: {reason}"))
            else:
                yield problem(rule.level, name, file, finding)


def _useless_reasons(instrument: Instrument) -> Iterator[Finding]:
    warnings = [name for name, rule in RULES.items() if rule.level == "W"]
    warnings += [name for name, (level, _) in CATALOG_RULES.items() if level == "W"]
    for key, reason in instrument.lint_ok.items():
        name = key.partition(":")[0]
        if name not in warnings or not reason.strip():
            message = f'lint_ok gives no reason for a warning under "{key}".'
            yield Finding(message, did_you_mean(name, warnings, "Remove it, or write why."), item="lint_ok")
