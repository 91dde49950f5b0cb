"""The whole evaluation over an invented register and invented corpora."""

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.evaluation.__main__ import main
from tests.benchmarks.evaluation.conftest import establishments

HEADER = (
    "finess_et;finess_ej;raison_sociale;code_postal;acheminement;departement;categorie;categorie_lib;agregat;"
    "agregat_lib;siret;ape;date_ouverture;date_maj"
)
CORPORA = ("hackerforum_labelled_en", "telegram_politics_ru", "telegram_pharma_en", "telegram_ctinews_en")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder laid out as the real one."""
    rows = [
        f"{990000000 + number};990999999;{entity.name};{entity.postcode};{entity.city};99;"
        f"{entity.notes['categorie']};x;0;x;;;;"
        for number, entity in enumerate(establishments())
    ]
    (tmp_path / "finess").mkdir()
    with gzip.open(tmp_path / "finess" / "finess_etablissements_20210108.csv.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join((HEADER, *rows)) + "\n")
    (tmp_path / "corpora").mkdir()
    for corpus in CORPORA:
        (tmp_path / "corpora" / f"{corpus}.jsonl").write_text(
            json.dumps({"text": "quiet day"}) + "\n" + json.dumps({"text": "fuite à l'EHPAD Ste Valburge"}) + "\n"
        )
    page = {
        "text": "La Clinique de l’Esperluette Blanche a porté plainte.",
        "names": ["clinique de l'Esperluette Blanche"],
    }
    (tmp_path / "corpora" / "pages_fr_en_labelled.jsonl").write_text(json.dumps(page) + "\n")
    monkeypatch.setenv("VIGIFUITE_DATA", str(tmp_path))
    return tmp_path


class TestMain:
    def test_without_data_it_says_so(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys):
        """One line on what to set, and nothing measured."""
        monkeypatch.setenv("VIGIFUITE_DATA", str(tmp_path / "elsewhere"))
        assert 2 == main([])
        captured = capsys.readouterr()
        assert "" == captured.out
        assert "set VIGIFUITE_DATA" in captured.err

    def test_json_holds_every_part(self, capsys):
        """Quality of engine and peers, corpora with each hit, speed."""
        arguments = (
            "--per-level 8 --levels plain,leet,negatives --peers --parts quality,corpora,speed --posts 60 --json"
        )
        assert 0 == main(arguments.split())
        found = json.loads(capsys.readouterr().out)
        assert 4 == len(found["quality"])
        for quality in found["quality"].values():
            assert {"plain": 8, "leet": 8, "negatives": 8} == {
                level: score["posts"] for level, score in quality["levels"].items()
            }
        assert found["quality"]["engine"]["levels"]["plain"]["recall"] > 0.8
        assert 8 == found["unrelated"]["posts"]
        assert {2} == {hit["line"] for hit in found["unrelated"]["hits"]}
        assert {"EHPAD Ste Valburge"} == {hit["surface"] for hit in found["unrelated"]["hits"]}
        assert (1, 1) == (found["pages"]["marked"], found["pages"]["found"])
        assert 5 == len(found["speeds"])
        assert all(speed["cold"] > 0 for speed in found["speeds"])

    def test_tables_show_faults(self, capsys):
        """The misses asked for, what they meant, and every hit in unrelated texts."""
        assert 0 == main("--per-level 30 --levels twice,negatives --parts quality,corpora --show-misses 2".split())
        out = capsys.readouterr().out
        assert "recall" in out
        assert "missed twice" in out
        assert "unrelated posts with a name: 4 of 8" in out

    def test_unknown_level(self, capsys):
        """A level that is none is refused with the list of those that are."""
        with pytest.raises(SystemExit):
            main(["--levels", "plane"])
        assert "'plane' is none of plain," in capsys.readouterr().err
