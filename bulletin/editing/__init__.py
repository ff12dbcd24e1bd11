"""Correcting an article: its fields and paragraphs, the doubts about it, who else is at it, what it was."""
