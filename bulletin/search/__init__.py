"""Finding articles: exact for any Chinese substring of two characters or more, no dictionary in the index.

fold     text and query in one form
tokens   folded text → numbers for the index
query    what a reader typed → words, exclusions, fields
rank     a few hundred candidates → the best first
snippet  the passage to show, marks on the original
entries  the search rows, and when they are written
conditions  what is asked for, as SQL: which tokens the index finds, which texts are compared
statements  how the database is asked: within a time
counts      how many articles, under which facets
finder      which articles, the best or the newest first
names    regions, bodies, policies by what is typed: suggestions, near misses, the exact one
pages    the result page and the suggestions

Why it is built so stands in docs/search.md.
"""
