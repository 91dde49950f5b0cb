"""An invented register, large enough for every way of writing a name."""

import pytest

from benchmarks.evaluation.directory import Directory, directory_of
from benchmarks.evaluation.generator import Generator, generator_over
from detectors.model import Entity, EntityKind

TOWNS = ("VALDORGES", "ST MAUVRON", "KERVELAN", "BOURMEGNAC CEDEX 2", "PLOUGASTRELLE")
NAMES = (
    ("CENTRE HOSPITALIER DE {town}", "355"),
    ("HOPITAL LOCAL ANSELME QUINTEREAU", "355"),
    ("CLINIQUE DE L'ESPERLUETTE BLANCHE", "365"),
    ("EHPAD RESIDENCE LES GLYCINES DOREES", "500"),
    ("EHPAD STE VALBURGE", "500"),
    ("SELARL PHARMACIE DU MOULIN RENVERSE", "620"),
    ("PHARMACIE QUESTREMBOURG", "620"),
    ("LBM SELAS BIOZEPHYR SITE {town} GARE", "611"),
    ("LBM BIOZEPHYR SITE {town} HALLES", "611"),
    ("LBM BIOZEPHYR {town} PORTE NEUVE", "611"),
    ("LBM BIOZEPHYR {town} CAPUCINS", "611"),
    ("SSIAD DU HAUT BREVILLOIS", "354"),
    ("MAISON D'ACCUEIL SPECIALISEE LES TROIS CHENEAUX", "255"),
    ("CENTRE SOCIAL", "220"),
)


def establishments() -> list[Entity]:
    """Every name in every town."""
    return [
        Entity(
            id=f"test:{number}-{rank}",
            kind=EntityKind.ESTABLISHMENT,
            name=name.format(town=town.removesuffix(" CEDEX 2")),
            city=town,
            postcode=f"99{rank}00",
            notes={"categorie": category},
        )
        for number, (name, category) in enumerate(NAMES)
        for rank, town in enumerate(TOWNS)
    ]


SHIPPED = (
    Entity(id="vendor:quorvane", kind=EntityKind.VENDOR, name="Quorvane Santé", aliases=("Quorvane",)),
    Entity(id="product:labzephyr", kind=EntityKind.PRODUCT, name="Lab-Zéphyrine", parent="vendor:quorvane"),
    Entity(id="network:biozephyr", kind=EntityKind.NETWORK, name="Biozephyr"),
    Entity(id="product:sereine", kind=EntityKind.PRODUCT, name="Sereine", ambiguous="also a plain French word"),
)


@pytest.fixture(scope="session")
def directory() -> Directory:
    """The invented register, taken apart."""
    return directory_of((*SHIPPED, *establishments()))


@pytest.fixture(scope="session")
def generator(directory: Directory) -> Generator:
    """A generator over it."""
    return generator_over(directory)
