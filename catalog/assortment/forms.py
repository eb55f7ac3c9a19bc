"""What an enterprise types of an item. A draft may be incomplete: what is missing is asked for when it is sent."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, FileField, Form, HiddenField, RadioField, SelectMultipleField, ValidationError
from wtforms.widgets import CheckboxInput

from catalog.assortment.contents import NAMES, Contents
from catalog.assortment.words import COLOURS, DRAWINGS, EXCEPTIONS, KINDS, SUPPLIES, UNITS
from catalog.items.allergens import ALLERGENS
from catalog.items.models import GOODS, STOCKED
from shop.forms import (
    ChoiceField,
    DayField,
    KronerField,
    TypedField,
    WholeField,
    choices,
    line_field,
    one_line,
    text_field,
)
from shop.i18n import gettext
from shop.i18n import lazy_gettext as _

LONGEST_NAME = 200
LONGEST_TEXT = 4000
LONGEST_FACT = 2000
# Numbers that are 0 in the database when nobody has said, and left empty in the form.
_EMPTY_AS_ZERO = (
    "net_quantity", "abv_permille", "shelf_days", "min_shelf_days", "weight_g", "volume_ml", "work_minutes",
)  # fmt: skip


class NumberField(TypedField):
    """A number with at most two decimals, as a nutrition label has it."""

    def __init__(self, label: Any = None, *, most: int = 10_000, **rest: Any) -> None:
        super().__init__(label, needed=False, **rest)
        self.most = most

    def read(self, text: str) -> float:
        found = re.fullmatch(r"([0-9]{1,6})(?:[.,]([0-9]{1,2}))?", text)
        if found is None:
            raise ValidationError(gettext("Skriv et tal, for eksempel 4,5."))
        number = float(f"{found[1]}.{found[2] or 0}")
        if number > self.most:
            raise ValidationError(gettext("Tallet kan højst være %(most)s.", most=self.most))
        return number

    def write(self, value: Any) -> str:
        return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")


class AlcoholField(NumberField):
    """Per cent by volume with one decimal, read into per mille."""

    def read(self, text: str) -> int:
        return round(super().read(text.removesuffix("%").strip()) * 10)

    def write(self, value: Any) -> str:
        return super().write(value / 10)


def _is_listed(_form: Any, field: Any) -> None:
    """Refuses what is not on the list."""
    typed = field.data if isinstance(field.data, list) else [field.data]
    if not {str(one) for one in typed} <= {str(value) for value, *_label in field.iter_choices()}:
        raise ValidationError(gettext("Vælg fra listen."))


def one_of(label: Any, pairs: Iterable[tuple[str, Any]], default: str) -> Any:
    """One of a few (value, words), each with a button of its own."""
    return RadioField(label, choices=choices(pairs), default=default, validate_choice=False, validators=[_is_listed])


def ticks(label: Any, pairs: Iterable[tuple[str, Any]] = ()) -> Any:
    """Some of a list, each with a box to tick."""
    return SelectMultipleField(
        label, choices=choices(pairs), validate_choice=False, validators=[_is_listed], option_widget=CheckboxInput()
    )


def _line(label: Any, hint: Any = "", longest: int = LONGEST_NAME) -> Any:
    return line_field(label, longest, needed=False, hint=hint)


def _text(label: Any, hint: Any = "", longest: int = LONGEST_FACT) -> Any:
    return text_field(label, longest, needed=False, hint=hint)


class PhotoField(FileField):
    """A photo. Its bytes are read by the door; `wrong` is what was wrong with them."""

    wrong = ""


class ItemForm(Form):
    """All that is said of an item; the names are those of catalog.assortment.contents."""

    edition = HiddenField(default="0")
    kept_photo = HiddenField(filters=[one_line])
    photo = PhotoField(
        _("Billede"),
        description=_("JPEG, PNG, WebP eller HEIC, højst 12 MB. Hvor og hvornår det er taget, gemmer vi ikke."),
    )
    remove_photo = BooleanField(_("Fjern billedet, og vis tegningen"))

    kind = one_of(_("Vare eller ydelse"), KINDS.items(), GOODS)
    name_da = line_field(_("Navn på dansk"), LONGEST_NAME)
    name_en = _line(_("Navn på engelsk"), _("Uden det viser vi det danske."))
    text_da = _text(_("Tekst på dansk"), _("To eller tre sætninger til den, der skal have den."), LONGEST_TEXT)
    text_en = _text(_("Tekst på engelsk"), longest=LONGEST_TEXT)
    drawing = one_of(_("Tegning"), DRAWINGS.items(), "box")
    accent = ChoiceField(_("Farve på tegningen"), COLOURS.items(), coerce=int, default=0)
    photo_alt_da = _line(
        _("Hvad ser man på billedet?"),
        _("Det læses højt for den, der ikke kan se det: «Tre mørke chokolader på et fad»."), 300,
    )  # fmt: skip
    photo_alt_en = _line(_("Det samme på engelsk"), longest=300)

    is_food = BooleanField(_("Det er en fødevare"))
    food_name_da = _line(_("Fødevarens betegnelse"), _("Som på etiketten: «Mørk chokolade med hasselnødder»."))
    food_name_en = _line(_("Betegnelsen på engelsk"))
    ingredients_da = _text(
        _("Ingredienser"), _("Som på etiketten. Sæt to stjerner om allergenerne: **hvedemel**. De bliver fede.")
    )
    ingredients_en = _text(_("Ingredienser på engelsk"))
    allergens = ticks(_("Indeholder"), ALLERGENS.items())
    traces = ticks(_("Kan indeholde spor af"), ALLERGENS.items())
    no_allergens = BooleanField(_("Der er ingen af de 14 allergener i"))
    kj = NumberField(_("Energi, kJ"))
    kcal = NumberField(_("Energi, kcal"))
    fat = NumberField(_("Fedt, g"), most=100)
    saturated = NumberField(_("heraf mættede fedtsyrer, g"), most=100)
    carbohydrate = NumberField(_("Kulhydrat, g"), most=100)
    sugars = NumberField(_("heraf sukkerarter, g"), most=100)
    protein = NumberField(_("Protein, g"), most=100)
    salt = NumberField(_("Salt, g"), most=100)
    nutrition_exempt = BooleanField(
        _("Den skal ikke have en næringsdeklaration"),
        description=_("Det gælder kaffe, te, krydderier, salt og små mængder lige fra den, der laver dem."),
    )
    abv_permille = AlcoholField(
        _("Alkohol, % vol"), most=100, description=_("For eksempel 4,5. Tomt, når der ingen er.")
    )
    storage_da = _text(_("Opbevaring"), _("For eksempel: «Tørt og ikke for varmt»."))
    storage_en = _text(_("Opbevaring på engelsk"))
    net_quantity = WholeField(_("Nettoindhold"), needed=False)
    net_unit = ChoiceField(_("Enhed"), UNITS.items(), default="")
    shelf_days = WholeField(_("Holder, dage"), needed=False, most=10_000, description=_("Fra den er lavet."))
    min_shelf_days = WholeField(
        _("Skal have tilbage, dage"), needed=False, most=10_000,
        description=_("Så mange dage skal den kunne holde, når den bliver pakket."),
    )  # fmt: skip

    materials_da = _text(_("Materialer"), _("For tøj og andre tekstiler: fibrene i procent."))
    materials_en = _text(_("Materialer på engelsk"))
    maker = _line(_("Hvem har lavet den?"), _("Kun når det er en anden end jer."))
    maker_address = _line(_("Producentens postadresse"))
    maker_contact = _line(_("Producentens e-mail eller hjemmeside"))
    identifier = _line(_("Model, type eller parti"), _("Det, der står på varen, så den kan kendes. Kan være tomt."))

    warnings_da = _text(_("Advarsler og sikkerhed"), _("For eksempel: «Lad aldrig et lys brænde uden opsyn»."))
    warnings_en = _text(_("Advarsler på engelsk"))
    instructions_da = _text(_("Sådan bruger man den"))
    instructions_en = _text(_("Sådan bruger man den, på engelsk"))
    origin_da = _line(_("Oprindelse"), _("Land eller sted, når det skal siges: honning, frugt, olie, kød."))
    origin_en = _line(_("Oprindelse på engelsk"))
    withdrawal_exception = ChoiceField(_("Kan køberen fortryde?"), EXCEPTIONS.items(), default="none")

    agreed_ore = KronerField(
        _("Jeres pris uden moms"),
        needed=False,
        description=_("Det, I får for en, når den er i en kurv eller købes alene."),
    )
    sold_alone = BooleanField(_("Den kan også købes alene"))
    gross_ore = KronerField(_("Pris alene med moms"), needed=False, description=_("Det, køberen betaler."))
    price_from = DayField(
        _("Prisen gælder fra"), needed=False, description=_("For eksempel 1.1.2027. Tomt: fra den er godkendt.")
    )

    supply = one_of(_("Har I den, eller laver I den?"), SUPPLIES.items(), STOCKED)
    weight_g = WholeField(_("Vægt, gram"), needed=False, description=_("Med indpakning."))
    volume_ml = WholeField(
        _("Rumfang, cm³"),
        needed=False,
        description=_("Længde gange bredde gange højde. For en æske: det, der kan være i den."),
    )
    work_minutes = WholeField(
        _("Arbejde, minutter"), needed=False, description=_("Så længe tager en, hele vejen igennem.")
    )
    is_packaging = BooleanField(_("Det er en æske eller kurv til at pakke i"))

    def contents(self, settled: Mapping[str, Any]) -> Contents:
        """What was typed; `settled` is what cannot be changed any more."""
        typed = {name: self[name].data for name in NAMES if name in self}
        typed |= {name: typed[name] or 0 for name in _EMPTY_AS_ZERO}
        typed["accent"] = int(typed["accent"])
        return {**typed, "allergens": [*typed["allergens"]], "traces": [*typed["traces"]], **settled}

    @classmethod
    def showing(cls, contents: Contents, *, edition: int = 0) -> "ItemForm":
        """The form with what is said now."""
        shown = {name: None if name in _EMPTY_AS_ZERO and not value else value for name, value in contents.items()}
        return cls(data={**shown, "edition": edition})


def said(form: ItemForm, name: str) -> str:
    """What a field says, in words: as the comparison of two versions and the sheet have it."""
    field = form[name]
    if isinstance(field, BooleanField):
        return gettext("ja") if field.data else gettext("nej")
    if isinstance(field, SelectMultipleField):
        return ", ".join(str(ALLERGENS[code]) for code in ALLERGENS if code in (field.data or ()))
    if isinstance(field, (RadioField, ChoiceField)):
        words = {str(value): str(label) for value, label, *_rest in field.iter_choices()}
        return words.get(str(field.data), "") if field.data not in ("", None) else ""
    if isinstance(field, TypedField):
        return "" if field.data is None else field.write(field.data)
    return str(field.data or "")
