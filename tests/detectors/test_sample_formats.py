import pytest

from detectors.sample_formats import read_table

CSV = "nom{0}prenom{0}nir\nDupra{0}Jeanne{0}1\nVexin{0}Paul{0}2\n"
TWO_ROWS = [["Dupra", "Jeanne", "1"], ["Vexin", "Paul", "2"]]


def rows_of(text: str) -> list[list[str]]:
    table = read_table(text.splitlines(keepends=True))
    assert table is not None
    return [list(row) for row in table.rows]


class TestSeparatedValues:
    @pytest.mark.parametrize("separator", [";", ",", "\t", "|", "^", "~", "\x1f", "\x01", "§"])
    def test_any_separator(self, separator):
        """What parts the cells is found out, whatever it is."""
        table = read_table(CSV.format(separator).splitlines(keepends=True))

        assert table is not None
        assert ("csv", separator) == (table.format, table.separator)
        assert TWO_ROWS == list(table.rows)[1:]

    def test_quoted_cells(self):
        """A separator and a line end within quotes part nothing."""
        assert [["a", "b"], ["x;y", "two\nlines"], ["1", "2"]] == rows_of('a;b\n"x;y";"two\nlines"\n1;2\n')

    def test_drawn_table(self):
        """The lines a database client draws are no rows."""
        drawn = "+---+----+\n| a | b  |\n+---+----+\n| 1 | xy |\n| 2 | z  |\n+---+----+\n"

        assert [["a", "b"], ["1", "xy"], ["2", "z"]] == rows_of(drawn)

    def test_the_separator_of_most_cells_wins(self):
        """A comma within some cells does not part them."""
        assert [["a", "b", "c"], ["1,5", "2,5", "3,5"]] == rows_of("a;b;c\n1,5;2,5;3,5\n")

    def test_a_cell_too_long_is_left_out(self):
        """A quote never closed ends no reading: the rows behind it follow."""
        rows = rows_of("a;b\n" * 300 + '"' + "x" * 1_200_000 + "\n" + "c;d\n" * 3)

        assert 300 <= len(rows)
        assert max(len(cell) for row in rows for cell in row) < 1_200_000


class TestSql:
    def test_names_and_rows(self):
        """Columns are named by the statement; escapes are undone; NULL is empty."""
        table = read_table(
            ["INSERT INTO `p` (`nom`, `nir`) VALUES ('O\\'Brien','1'),('d''A, (x)',NULL);\n", "SELECT 1;\n"]
        )

        assert table is not None
        assert ("nom", "nir") == table.names
        assert [["O'Brien", "1"], ["d'A, (x)", ""]] == list(table.rows)

    def test_statements_over_lines(self):
        """A row may go on over lines, and statements follow each other."""
        sql = "INSERT INTO p VALUES\n('a',\n 1),\n('b', 2);\nINSERT INTO p VALUES ('c', 3);\n"

        assert [["a", "1"], ["b", "2"], ["c", "3"]] == rows_of(sql)

    def test_a_long_row_over_many_lines(self):
        """What was not complete is tried again to the end."""
        cells = ",\n".join(f"'cell {number}'" for number in range(2_000))

        assert [2_000] == [len(row) for row in rows_of("INSERT INTO p VALUES (cells);\n".replace("cells", cells))]


class TestJson:
    @pytest.mark.parametrize(
        "text",
        [
            '{"a":"1","b":{"c":2}}\n{"a":"3","b":{"c":4}}\n',
            '[{"a":"1","b":{"c":2}},\n{"a":"3","b":{"c":4}}]\n',
            '[\n {\n  "a": "1",\n  "b": {"c": 2}\n },\n {\n  "a": "3",\n  "b": {"c": 4}\n }\n]\n',
        ],
    )
    def test_objects(self, text):
        """On lines, in an array, over several lines; what is nested is named by its path."""
        table = read_table(text.splitlines(keepends=True))

        assert table is not None
        assert ("a", "b.c") == table.names
        assert [["1", "2"], ["3", "4"]] == list(table.rows)

    def test_a_broken_line(self):
        """A line that is no object loses only itself."""
        assert [["1"], ["3"]] == rows_of('{"a":"1"}\n{"a":}\n{"a":"3"}\n')


class TestOtherFormats:
    def test_key_value(self):
        """A key that comes again begins the next record."""
        table = read_table("Nom : A\nNIR: 1\n\nNom : B\nNIR: 2\n".splitlines(keepends=True))

        assert table is not None
        assert ("nom", "nir") == table.names
        assert [["A", "1"], ["B", "2"]] == list(table.rows)

    def test_fixed_width(self):
        """Places blank in every line part the columns."""
        text = "NOM     PRENOM   NIR\nDUPRA   JEANNE   123\nVEXIN   PAUL     456\n"

        assert [["NOM", "PRENOM", "NIR"], ["DUPRA", "JEANNE", "123"], ["VEXIN", "PAUL", "456"]] == rows_of(text)

    def test_html(self):
        """Cells lose their tags and entities; a closing tag may be missing."""
        text = "<table><tr><th>a</th><th>b</th></tr>\n<tr><td><b>1</b><td>x&amp;y</tr></table>\n"

        assert [["a", "b"], ["1", "x&y"]] == rows_of(text)

    @pytest.mark.parametrize("text", ["", "bonjour\n", "Bonjour à tous.\nIl fait beau aujourd'hui.\nOui, très.\n"])
    def test_prose(self, text):
        """A text without structure is no table."""
        assert read_table(text.splitlines(keepends=True)) is None
