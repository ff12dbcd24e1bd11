"""The API described: as OpenAPI 3.1 for programs, and as a page for people, both from the same
description.
"""

from dataclasses import dataclass
from functools import cache

from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from bulletin.caching import public_page
from bulletin.pages import Meta

KINDS = {
    "integer": "整数",
    "number": "数",
    "string": "文字",
    "boolean": "真假",
    "array": "列表",
    "object": "对象",
}
# For the examples on the page: what stands for a parameter in an address.
EXAMPLES = {"total_number": "228", "article_number": "1", "slug": "difang", "path": "guizhou", "pk": "1"}


@dataclass(frozen=True)
class Field:
    """A parameter or a property, as the page lists it."""

    name: str
    kind: str
    label: str
    required: bool = False


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked for."""

    key: str
    group: str
    summary: str
    description: str
    path: str
    example: str
    parameters: list[Field]
    fields: list[Field]


@cache
def openapi():
    """The description of the API; the code alone decides it."""
    return SchemaGenerator().get_schema(request=None, public=True)


@require_safe
def openapi_file(request):
    return JsonResponse(
        openapi(), json_dumps_params={"ensure_ascii": False}, content_type="application/vnd.oai.openapi+json"
    )


@public_page
def reference(request):
    """What can be asked for, parameter by parameter."""
    groups: dict[str, list[Operation]] = {}
    for operation in _operations():
        groups.setdefault(operation.group, []).append(operation)
    context = {
        "meta": Meta(
            "开放接口",
            "用程序读取《大数据发展动态》：各期、文章、地区、机构、政策、目标和检索。",
            request.build_absolute_uri(reverse("api")),
        ),
        "groups": groups.items(),
        "root": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "bulletin/api.html", context)


@cache
def _operations():
    schemas = openapi()["components"]["schemas"]
    found = []
    for path, methods in openapi()["paths"].items():
        asked = methods["get"]
        example = path
        for name, value in EXAMPLES.items():
            example = example.replace(f"{{{name}}}", value)
        parameters = [
            Field(
                each["name"], _kind(each["schema"]), each.get("description", ""), each.get("required", False)
            )
            for each in asked.get("parameters", [])
        ]
        content = next(iter(asked["responses"]["200"]["content"].values()))
        found.append(
            Operation(
                asked["operationId"],
                asked["tags"][0],
                asked["summary"],
                asked["description"],
                path,
                example,
                parameters,
                _fields(content["schema"], schemas),
            )
        )
    return found


def _fields(schema, schemas):
    """The properties of what is answered; of a list those of its rows."""
    schema = _resolved(schema, schemas)
    results = schema["properties"].get("results")
    if results and "count" not in schema["properties"]:
        schema = _resolved(results["items"], schemas)
    return [
        Field(name, _kind(_resolved(each, schemas)), each.get("description", each.get("title", "")))
        for name, each in schema["properties"].items()
    ]


def _resolved(schema, schemas):
    for reference_in in (schema, *schema.get("allOf", ()), *schema.get("oneOf", ())):
        if "$ref" in reference_in:
            return schemas[reference_in["$ref"].rsplit("/", 1)[-1]]
    return schema


def _kind(schema):
    if "enum" in schema:
        return "、".join(str(value) for value in schema["enum"] if value is not None)
    kinds = schema.get("type", "string")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    named = "或".join("null" if kind == "null" else KINDS[kind] for kind in kinds)
    if schema.get("format") == "date":
        named = named.replace("文字", "日期")
    if "minimum" in schema and "maximum" in schema and schema["maximum"] < 10**6:
        named += f"，{schema['minimum']}—{schema['maximum']}"
    return named
