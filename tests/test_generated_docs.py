import pytest

from tests.generated_docs import DOCS, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_the_docs_say_what_the_code_does(name: str) -> None:
    assert (DOCS / name).read_text() == PAGES[name](), f"docs/{name} is old: python -m tests.generated_docs"
