"""Watchlists from files. Every establishment, vendor and number here is invented."""

import csv
import gzip
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.finess import Layout, layout_of
from detectors.model import Entity, EntityKind
from detectors.registers import (
    KNOWN,
    LISTS,
    TEXTS,
    Diff,
    Format,
    RegisterError,
    read_register,
    refuse_personal_terms,
    shipped,
    watchlist_diff,
)

DATA = Path(__file__).parent.parent / "data" / "registers"

KERVELAN = Entity(id="lab:kervelan", kind=EntityKind.ESTABLISHMENT, name="Laboratoire de Kervelan")


def read(content: str | bytes, asked: Format = "auto") -> list[Entity]:
    data = content.encode() if isinstance(content, str) else content
    return list(read_register(io.BytesIO(data), asked))


def read_sample(name: str, asked: Format = "auto") -> list[Entity]:
    return read((DATA / name).read_bytes(), asked)


class TestCsv:
    def test_reads_every_column(self):
        """All columns of the contract reach the entity."""
        vendor, product, laboratory = read_sample("watchlist.csv")

        assert (
            Entity(
                id="vendor:calendula",
                kind=EntityKind.VENDOR,
                name="Calendula Logiciels",
                aliases=("Calendula", "CLS"),
                domains=("calendula.test",),
                contact="securite@calendula.test",
                source="https://presse.test/calendula",
                notes={"segment": "LIS"},
            )
            == vendor
        )
        assert ("vendor:calendula", "common word") == (product.parent, product.ambiguous)
        assert ("Valmorel", "99130", "99") == (laboratory.city, laboratory.postcode, laboratory.department)
        assert ("product:labexemple",) == laboratory.uses

    def test_kind_defaults_to_establishment(self):
        """A row without a kind is an establishment."""
        assert EntityKind.ESTABLISHMENT == read("id;name\na;CH Kervelan\n")[0].kind

    @pytest.mark.parametrize("separator", [";", ","])
    def test_finds_the_separator(self, separator: str):
        """The header line tells which separator is used."""
        text = "id;name;aliases\na;CH Kervelan;Kervelan|CHK\n".replace(";", separator)

        assert ("Kervelan", "CHK") == read(text)[0].aliases

    def test_keeps_unknown_columns_as_notes(self):
        """A column of the user's own becomes a note where it is filled."""
        entities = read("id;name;Région\na;CH Kervelan;Ouest\nb;CH Valmorel;\n")

        assert [{"région": "Ouest"}, {}] == [entity.notes for entity in entities]

    def test_reads_gzip(self):
        """A compressed file is read like the file itself."""
        assert read_sample("watchlist.csv") == read(gzip.compress((DATA / "watchlist.csv").read_bytes()))

    def test_reads_lazily(self):
        """What stands before a bad row can be had."""
        entities = read_register(io.BytesIO(b"id;name\na;CH Kervelan\nb;\n"))

        assert "CH Kervelan" == next(entities).name

    def test_tidies_cells(self):
        """Stray spaces and invisible characters do not reach the watchlist."""
        entity = read("id;name;aliases\n a ; CH  de\u200b Kervelan ;| CHK ||CHK|\n")[0]

        assert ("a", "CH de Kervelan", ("CHK",)) == (entity.id, entity.name, entity.aliases)

    def test_skips_empty_rows(self):
        """The empty rows spreadsheets leave at the end are no entities."""
        assert 1 == len(read("id;name;\na;CH Kervelan;\n\n;;\n"))

    @pytest.mark.parametrize(
        ("content", "where", "what"),
        [
            (b"", "line 1", "header"),
            (b"name;city\nCH Kervelan;Kervelan\n", "line 1", "id and name"),
            (b"id;name;name\na;b;c\n", "line 1", "twice"),
            (b"id;name\na;CH Kervelan\na;CH Valmorel\n", "line 3", "id"),
            (b"id;name\na;CH Kervelan\nb; \n", "line 3", "name is empty"),
            (b"id;name\n;CH Kervelan\n", "line 2", "id is empty"),
            (b"id;name;kind\na;CH Kervelan;planet\n", "line 2", "kind"),
            (b"id;name\na;CH Kervelan;more\n", "line 2", "3 columns"),
            (b"id;name;\na;CH Kervelan;more\n", "line 2", "header"),
            (b'id;name\na;"CH Kervelan\nb;CH Valmorel\n', "line 2", "quotes"),
            (b'id;name\na;"two\nlines"\nb;\n', "line 4", "name is empty"),
            (b"id\r;name\rCH", "line 1", "header"),
            (b"id;name\na;" + b"x" * 200_000 + b"\n", "line 2", "too long"),
            (b"id;name\n" + b"x" * 1_000_000, "line 2", "longer"),
            (b"id;name\na;CH\0Kervelan\n", "line 2", "NUL"),
            (b"id;name\na;H\xf4pital\n", "line 2", "UTF-8"),
            ("id;name\na;CH Kervelan\n".encode("utf-16"), "line 1", "UTF-8"),
        ],
    )
    def test_refuses(self, content: bytes, where: str, what: str):
        """A bad file is refused with the line and what to mend."""
        with pytest.raises(RegisterError) as refused:
            read(content)

        assert where in str(refused.value)
        assert what in str(refused.value)

    def test_never_repeats_a_cell(self):
        """An error names the line and the column, not what stands there."""
        with pytest.raises(RegisterError) as refused:
            read("id;name;kind\na;CH Kervelan;secretword\n")

        assert "secretword" not in str(refused.value)

    def test_refuses_damaged_gzip(self):
        """A compressed file cut short is refused, not read in part."""
        rows = "".join(f"{number};CH Kervelan {number * 7919}\n" for number in range(5000))

        with pytest.raises(RegisterError, match="compressed"):
            read(gzip.compress(f"id;name\n{rows}".encode())[:-500])


class TestRoundTrip:
    words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"], exclude_characters="|@"), min_size=1).map(
        lambda word: "".join(letter for letter in word if not letter.isdigit()) or "x"
    )
    texts = st.none() | words
    lists = st.lists(words, unique=True, max_size=3).map(tuple)
    entities = st.builds(
        Entity,
        id=words,
        kind=st.sampled_from(EntityKind),
        name=words,
        aliases=lists,
        city=texts,
        postcode=texts,
        department=texts,
        domains=st.lists(st.sampled_from(("kervelan.test", "valmorel.test")), unique=True).map(tuple),
        uses=lists,
        parent=texts,
        contact=texts,
        source=texts,
        ambiguous=texts,
        notes=st.dictionaries(st.sampled_from(("segment", "note")), words),
    )

    @given(st.lists(entities, unique_by=lambda entity: entity.id), st.sampled_from(";,"))
    def test_reads_what_was_written(self, written: list[Entity], separator: str):
        """A list written in the contract's layout is read back as it was."""
        target = io.StringIO()
        writer = csv.DictWriter(target, (*sorted(KNOWN), "segment", "note"), delimiter=separator)
        writer.writeheader()
        for entity in written:
            row = {"id": entity.id, "kind": entity.kind.value, "name": entity.name, **entity.notes}
            row |= {column: "|".join(getattr(entity, column)) for column in LISTS}
            row |= {column: getattr(entity, column) or "" for column in TEXTS}
            writer.writerow(row)

        assert written == read(target.getvalue())


class TestFiness:
    def test_reads_headed_layout(self):
        """The headed extract gives one establishment a row."""
        hospital, home, clinic = read_sample("headed.csv")

        assert (
            Entity(
                id="finess:990000011",
                kind=EntityKind.ESTABLISHMENT,
                name="CH DE KERVELAN",
                city="KERVELAN",
                postcode="99120",
                department="99",
                source="FINESS register (Licence Ouverte)",
                notes={
                    "finess_ej": "990000110",
                    "siret": "99000000000017",
                    "categorie": "355",
                    "categorie_lib": "Centre Hospitalier (C.H.)",
                },
            )
            == hospital
        )
        assert 'EHPAD "LES SORBIERS"' == home.name
        assert "974" == clinic.department

    def test_reads_official_layout(self):
        """The official ISO-8859-1 extract gives long names, short ones as aliases, and no other rows."""
        hospital, home, clinic, flats = read_sample("official.csv")

        assert "CENTRE HOSPITALIER DE KERVELAN-LÈS-ÎLES" == hospital.name
        assert ("CH DE KERVELAN",) == hospital.aliases
        assert ("KERVELAN", "99120", "99") == (hospital.city, hospital.postcode, hospital.department)
        assert ('EHPAD "LES SORBIERS"', ()) == (home.name, home.aliases)
        assert "971" == clinic.department
        assert '"RES LES LILAS' == flats.name

    def test_reads_flow(self):
        """The FINESS+ flow gives the open establishments, in the schema's spelling and in the published one."""
        hospital, home = read_sample("flow.json")

        assert ("finess:990000011", "CENTRE HOSPITALIER DE KERVELAN") == (hospital.id, hospital.name)
        assert ("CH DE KERVELAN",) == hospital.aliases
        assert ("KERVELAN", "99120", "99") == (hospital.city, hospital.postcode, hospital.department)
        assert {"finess_ej": "990000110", "siret": "99000000000017", "categorie": "355"} == hospital.notes
        assert ("VALMOREL", "99130") == (home.city, home.postcode)
        assert {"finess_ej": "990000128", "siret": "99000000000025", "categorie": "500"} == home.notes

    @pytest.mark.parametrize(
        ("name", "layout"),
        [("headed.csv", "headed"), ("official.csv", "official"), ("flow.json", "flow"), ("watchlist.csv", None)],
    )
    def test_recognises_layouts(self, name: str, layout: Layout | None):
        """The first bytes tell the layouts apart."""
        assert layout == layout_of((DATA / name).read_bytes().removeprefix(b"\xef\xbb\xbf")[:100])

    @pytest.mark.parametrize("name", ["headed.csv", "official.csv", "flow.json"])
    def test_reads_gzip_and_mark(self, name: str):
        """Compression and a byte order mark change nothing."""
        assert read_sample(name) == read(gzip.compress(b"\xef\xbb\xbf" + (DATA / name).read_bytes()), "finess")

    def test_keeps_windows_letters(self):
        """Letters ISO-8859-1 lacks are read as Windows writes them."""
        content = (DATA / "official.csv").read_bytes().replace(b"CH DE KERVELAN;", b"CH DU C\x8cUR;", 1)

        assert ("CH DU CŒUR",) == read(content)[0].aliases

    @pytest.mark.parametrize(
        ("content", "what"),
        [
            ("id;name\na;CH Kervelan\n", "line 1: not a FINESS layout"),
            ("finess_et;finess_ej\n", "line 1: column raison_sociale"),
            ("finess;etalab;91;2026-05-12\n", "no establishment"),
            ("finess;etalab;91;2026-05-12\nstructureet;990000011;CH\n", "line 2: 3 columns"),
            ("finess;etalab;91;2026-05-12\n<html>\n", "line 2: neither"),
            ('{"gco": []}', "no establishment"),
            ('{"pmej": [{"ege": [', "damaged"),
            ('{"pmej": [{"ege": [{"etatObjet": "A"}]}]}', "legal entity 1: the FINESS number"),
        ],
    )
    def test_refuses(self, content: str, what: str):
        """A register that is not as published is refused with the place and the reason."""
        with pytest.raises(RegisterError) as refused:
            read(content, "finess")

        assert what in str(refused.value)

    def test_refuses_a_number_twice(self):
        """An establishment stands once in a register."""
        lines = (DATA / "headed.csv").read_text("utf-8").splitlines()

        with pytest.raises(RegisterError, match="line 5"):
            read("\n".join([*lines, lines[1]]))

    def test_leaves_personal_names_out(self):
        """A name of the register that looks personal is dropped and told; the import goes on."""
        content = (DATA / "headed.csv").read_bytes().replace(b"CH DE KERVELAN", b"SSIAD 06 39 98 00 11")
        told: list[RegisterError] = []

        kept = list(read_register(io.BytesIO(content), left_out=told.append))

        assert ["finess:990000029", "finess:970400001"] == [entity.id for entity in kept]
        assert ["line 2: name looks like a phone number"] == [str(error).partition(";")[0] for error in told]


class TestPersonalTerms:
    @pytest.mark.parametrize(
        ("term", "what"),
        [
            ("Dupuis 2 55 06 99 999 999 34", "a social-security number"),
            ("2550699999999", "a social-security number"),
            ("jeanne.exemple@courriel.test", "an e-mail address"),
            ("jeanne [at] courriel [dot] test", "an e-mail address"),
            ("Dupuis 06 39 98 00 11", "a phone number"),
            ("Jeanne Dupuis 14/02/1961", "a birth date"),
            ("Jeanne Dupuis 1961-02-14", "a birth date"),
            ("Jeanne Dupuis née le 3 mars 61", "a birth date"),
            ("Dupuis FR76 3000 6000 0112 3456 7890 189 Jeanne", "a bank account"),
        ],
    )
    def test_refuses(self, term: str, what: str):
        """A person's identifier is refused by its kind, and not repeated."""
        with pytest.raises(RegisterError) as refused:
            refuse_personal_terms(replace(KERVELAN, aliases=("Kervelan", term)), 12)

        assert str(refused.value).startswith(f"line 12: alias looks like {what}; ")
        assert term not in str(refused.value)

    @pytest.mark.parametrize(
        "name", ["CH 990000011", "LBM SIRET 99000000000017", "CMP 59G31 & 59G32", "ALLI@NCE", "11 NOVEMBRE 1918"]
    )
    def test_accepts(self, name: str):
        """Register numbers, sectors and signs in names are no identifiers of people."""
        refuse_personal_terms(replace(KERVELAN, name=name), 12)

    def test_guards_the_csv(self):
        """A user's file is refused as a whole, by its line."""
        with pytest.raises(RegisterError, match="line 3: name looks like an e-mail address"):
            read("id;name\na;CH Kervelan\nb;jeanne@courriel.test\n")

    def test_leaves_contacts_alone(self):
        """The contact of an organisation may be an address."""
        assert "securite@kervelan.test" == read("id;name;contact\na;CH Kervelan;securite@kervelan.test\n")[0].contact


class TestShipped:
    def test_holds_every_kind(self):
        """Vendors, products, networks and their customers ship with the program."""
        assert set(EntityKind) == {entity.kind for entity in shipped()}
        assert len(shipped()) > 700

    def test_has_unique_ids(self):
        """An id stands once."""
        assert len(shipped()) == len({entity.id for entity in shipped()})

    def test_names_its_sources(self):
        """Every row says where it comes from."""
        assert [] == [entity.id for entity in shipped() if not entity.source]

    def test_names_no_package_registry(self):
        """No source is the host of a package registry."""
        hosts = ("pypi", "npmjs", "debian.", "crates.io", "packagist.", "rubygems.", "maven.")

        assert [] == [entity.id for entity in shipped() if any(host in str(entity.source) for host in hosts)]

    def test_points_to_its_own_rows(self):
        """Parents and products used are in the list."""
        kinds = {entity.id: entity.kind for entity in shipped()}

        assert [] == [entity.id for entity in shipped() if entity.parent and entity.parent not in kinds]
        assert {EntityKind.PRODUCT} == {kinds[product] for entity in shipped() for product in entity.uses}

    def test_ships_no_domain_without_record(self):
        """A domain rests on recorded pages alone."""
        unrecorded = [entity for entity in shipped() if "path not recorded" in str(entity.source)]

        assert [] == [entity.id for entity in unrecorded if entity.domains]

    def test_ships_only_the_name_without_source(self):
        """What no recorded page says is not shipped as a fact."""
        bare = [
            entity
            for entity in shipped()
            if all("path not recorded" in source for source in str(entity.source).split("|"))
        ]

        assert bare
        assert [] == [entity.id for entity in bare if entity.domains or entity.parent or entity.uses]

    def test_never_names_a_group_by_its_place(self):
        """A hospital group is named with the words for it, so that its place alone never matches."""
        starts = ("ght ", "groupement hospitalier ", "groupe hospitalier ")
        groups = [entity for entity in shipped() if entity.id.startswith("network:ght-")]

        assert 135 == len(groups)
        assert [] == [
            entity.id
            for entity in groups
            if entity.ambiguous or not all(name.lower().startswith(starts) for name in (entity.name, *entity.aliases))
        ]

    def test_says_how_old_statements_are(self):
        """A customer statement warns of its age."""
        stated = [entity for entity in shipped() if entity.uses]

        assert stated
        assert [] == [entity.id for entity in stated if "ten years" not in entity.notes["note"]]

    def test_marks_ambiguous_names(self):
        """Common words are marked, and the mark is not left in the note."""
        assert len([entity for entity in shipped() if entity.ambiguous]) >= 139
        assert [] == [entity.id for entity in shipped() if "ambiguous" in entity.notes.get("note", "")]


class TestDiff:
    def test_tells_what_changes(self):
        """Rows added, removed, and the fields that change."""
        gone, grown, new = (replace(KERVELAN, id=each) for each in ("gone", "grown", "new"))
        after = replace(grown, city="Kervelan", aliases=("LBK",))

        assert Diff(added=("new",), changed={"grown": ("aliases", "city")}, removed=("gone",)) == watchlist_diff(
            {"gone": gone, "grown": grown, "same": KERVELAN}, {"grown": after, "same": KERVELAN, "new": new}
        )
