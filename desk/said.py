"""Sentences the detectors made, kept in English, said in the reader's language.

A sentence no form below knows is shown as it was kept; the page then says that it is English.
"""

import re
from collections.abc import Callable

from desk.languages import marked as _

Translate = Callable[[str], str]

# A form and its English template; what a named group holds is put into the translation, itself translated.
_FORMS = tuple(
    (
        re.compile(re.sub(r"%\((\w+)\)s", r"(?P<\1>.+?)", re.escape(form).replace(r"%\(", "%(").replace(r"\)s", ")s"))),
        form,
    )
    for form in (
        _("names a watched %(kinds)s"),
        _("speaks of the health data of French patients"),
        _("gives data away"),
        _("offers data for sale"),
        _("offers the data again elsewhere"),
        _("asserts a leak"),
        _("threatens to publish"),
        _("is a quarrel about a leak"),
        _("asks for the data"),
        _("reports a leak"),
        _("denies a leak"),
        _("speaks of %(amount)s %(unit)s"),
        _("gives a link, an archive or a password"),
        _("says that it holds %(fields)s"),
        _("shows %(amount)s valid social-security number"),
        _("shows %(amount)s valid social-security numbers"),
        _("shows e-mail addresses or telephone numbers"),
        _("shows health data beside a person"),
        _("shows passwords"),
        _("shows an extract of %(amount)s rows"),
        _("the extract's columns agree with each other as genuine data do"),
        _("the extract looks fabricated"),
        _("the extract is part of a leak already known"),
        _("a word of a %(act)s"),
        _("severity rose to %(severity)s"),
        _("%(amount)s items could not be read"),
        _("%(share)s of the rows"),
        _("its postcode is the most common among the patients of a site"),
        _("its postcode is the next common among the patients of a site"),
        _("its own number or code stands in the rows"),
        _("the site's code is like its name"),
        _("it is the kind of place the columns speak of"),
        _("it uses the software the others share"),
        _(
            "%(customers)s of the %(known)s places found whose software is known are its customers, "
            "10^%(power)s times likelier than by chance"
        ),
        _("no establishment of these départements is watched"),
        _("the software is known of %(known)s of %(watched)s watched establishments there (%(share)s)"),
    )
)
_AND = _("and")
_PERCENT = _("%(n)s%%")
_PARTS = (
    _("social-security numbers"), _("illnesses"), _("treatments"), _("test results"), _("blood groups"), _("passwords"),
)  # fmt: skip


def said(sentence: str, translate: Translate, number: Callable[[int], str]) -> str | None:
    """A sentence in the reader's language; nothing where its form is not known.

    >>> said("speaks of 12,000 patients", {"speaks of %(amount)s %(unit)s": "%(amount)s %(unit)s"}.__getitem__, str)
    Traceback (most recent call last):
    KeyError: 'patients'
    """
    for pattern, form in _FORMS:
        match = pattern.fullmatch(sentence)
        if match:
            parts = {name: _part(value, translate, number) for name, value in match.groupdict().items()}
            return translate(form) % parts
    return None


def _part(value: str, translate: Translate, number: Callable[[int], str]) -> str:
    if re.fullmatch(r"[\d,]+", value):
        return number(int(value.replace(",", "")))
    if re.fullmatch(r"\d+%", value):
        return translate(_PERCENT) % {"n": number(int(value[:-1]))}
    return f" {translate(_AND)} ".join(translate(each) for each in value.split(" and "))
