"""From checked articles to a public issue: its states, who may move it, what must hold, and what was done."""
