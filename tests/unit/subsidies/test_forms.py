"""The form of a policy asks for everything that a calculation can read, with words for people."""

import pytest

from kit.text import Language
from services.subsidies.schemas.calculations import CalculationRequest
from services.subsidies.schemas.policies import describe_form
from services.subsidies.usecases.shelf import open_shelf

POLICY = open_shelf().get_policy("lixia-transformation")


def fields_of_request(schema, root, path=""):
    """The places of all single values of the request, lists as `[]`."""
    if "$ref" in schema:
        yield from fields_of_request(root["$defs"][schema["$ref"].split("/")[-1]], root, path)
    elif "properties" in schema:
        for name, inner in schema["properties"].items():
            yield from fields_of_request(inner, root, f"{path}.{name}")
    elif "items" in schema:
        yield from fields_of_request(schema["items"], root, f"{path}[]")
    elif any("$ref" in one for one in schema.get("anyOf", [])):
        things = [one for one in schema["anyOf"] if "$ref" in one]
        inner = root["$defs"][things[0]["$ref"].split("/")[-1]]
        yield from fields_of_request(inner, root, path)
    else:
        yield path


def fields_of_form(schema, path=""):
    if "properties" in schema:
        for name, inner in schema["properties"].items():
            yield from fields_of_form(inner, f"{path}.{name}")
    elif "items" in schema:
        yield from fields_of_form(schema["items"], f"{path}[]")
    else:
        yield path, schema


@pytest.mark.parametrize("language", Language)
def test_every_field_of_a_calculation_is_asked_for_with_words_and_help(language):
    form = dict(fields_of_form(describe_form(POLICY, language)))
    schema = CalculationRequest.model_json_schema()

    assert set(form) == set(fields_of_request(schema, schema))
    for field, drawn in form.items():
        assert drawn.get("title"), field
        assert drawn.get("description"), field
