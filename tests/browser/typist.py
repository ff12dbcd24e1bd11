"""Somebody who works at the desk without a mouse, and what that costs in keys."""

SELECTED = """() => {
    const field = document.activeElement;
    return field.value.slice(field.selectionStart, field.selectionEnd);
}"""


class Typist:
    """Somebody at a keyboard without a mouse; every key counts, Ctrl and those of a word too."""

    def __init__(self, page):
        self.page, self.keys = page, 0

    def press(self, key, *, leads_on=False):
        self.keys += len(key.split("+"))
        if not leads_on:
            return self.page.keyboard.press(key)
        with self.page.expect_navigation():
            return self.page.keyboard.press(key)

    def type(self, words):
        self.keys += len(words)
        self.page.keyboard.type(words)

    def go_to(self, selector):
        """By Tab, as far as it takes."""
        for _ in range(80):
            self.press("Tab")
            if self.page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                return
        raise AssertionError(f"Tab never comes to {selector}")

    def open(self, selector):
        """Go to a link and follow it."""
        self.go_to(selector)
        self.press("Enter", leads_on=True)

    def settle(self, mends=()):
        """Settle the doubts of the article, the gravest first: take the mend, or say why there is none.

        mends: [(wrong, right)] of what is mended by hand, where a doubt is about such words.
        """
        self.press("n")
        while self.page.locator("[data-doubt]").count():
            doubt = self.page.locator("[data-doubt]:focus")
            mend = next((each for each in mends if each[0] in doubt.inner_text()), None)
            if mend:
                self.mend(*mend)
                continue
            if doubt.locator("[data-accept]").count():
                self.press("Enter", leads_on=True)
                continue
            self.press("d")
            if not self.page.evaluate("document.activeElement.value"):
                self.type("原文如此")  # the next time it is proposed
            self.press("Enter", leads_on=True)

    def mend(self, wrong, right):
        """Type the right words over those that the doubt is about, and go to the next one."""
        self.press("e")
        self.type(self.page.evaluate(SELECTED).replace(wrong, right))
        self.press("Control+s")
        self.page.get_by_text("存疑随之改好").wait_for()
        self.press("Escape")
        if self.page.locator("[data-doubt]").count():
            self.press("n")
