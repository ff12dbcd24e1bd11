"""What every page must look like: accessible in light and in dark, inside every window."""

import pytest

axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
)
WIDTHS = (1440, 768, 390, 320)
# A window of each shape and a theme of each kind: what axe finds depends on the one or the other, not on both
AXE_AT = {1440: "light", 390: "dark"}


def violations(page) -> list[str]:
    """What axe-core finds on the page as it stands."""
    found = axe.Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['help']} {[node['html'][:120] for node in each['nodes'][:3]]}" for each in found
    ]


def excess(page) -> int:
    """By how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def faults(page) -> list[str]:
    """All that is wrong with the page that is open, at every width."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if (wide := excess(page)) > 0:
            found.append(f"{page.url} is {wide} px too wide at {width}")
        if theme := AXE_AT.get(width):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # no colour halfway
            found += [f"{page.url} at {width}, {theme}: {each}" for each in violations(page)]
    return found
