"""Pages of the site in the tests' browser."""

import pytest

from tests.processes import PATIENCE_SECONDS


@pytest.fixture
def open_page(browser, live_server):
    """A function that opens a page of the site: open_page("/", width=390, theme="dark", script=False)."""
    contexts = []

    def open_at(path="/", *, width=1440, theme="light", **options):
        script = options.pop("script", True)
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            java_script_enabled=script,
            locale="zh-CN",
            **options,
        )
        context.set_default_timeout(PATIENCE_SECONDS * 1000)  # a loaded machine makes a test slow, never red
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_at
    for context in contexts:
        context.close()
