import pytest

from desk.query import Query, QueryError, read_query
from detectors.model import Severity, State


class TestReadQuery:
    def test_asks_nothing_where_nothing_is_said(self):
        """Empty fields of the form narrow nothing."""
        assert Query() == read_query({"severity": "", "state": "", "source": "", "entity": " ", "page": ""})

    @pytest.mark.parametrize(
        "params",
        [
            {"severity": "worst"},
            {"state": "<script>"},
            {"page": "-1"},
            {"page": "9" * 5000},
            {"page": "١"},
            {"since": "yesterday"},
            {"until": "2026-13-01"},
            {"department": "<b>"},
            {"order": "best"},
        ],
    )
    def test_refuses_what_does_not_exist(self, params):
        """A mistyped filter is said, not taken for `any`."""
        with pytest.raises(QueryError):
            read_query(params)


class TestLink:
    def test_brings_the_same_question_back(self):
        """A link holds all that was asked."""
        query = Query(severity=Severity.HIGH, states=State.IN_REVIEW.value, source="a&b", entity="é \ud800", page=3)

        assert "/?severity=high&state=in+review&source=a%26b&entity=%C3%A9+%3F&page=3" == query.link()

    def test_can_change_one_thing(self):
        """A tab keeps the rest of the question."""
        query = Query(severity=Severity.HIGH, words="base", page=3)

        assert "/?severity=high&state=new&words=base" == query.link(page=1, state="new")

    def test_is_short_where_nothing_is_asked(self):
        """The first page of everything is the plain address."""
        assert "/" == Query().link()
