"""What the portal tells others: written with the act, in its transaction, and sent once that stands.

`records` is what is kept, `queueing` how an act writes, `calling` and `mailing` how one receiver is told,
`delivering` who is told when. See docs/outbox.md.
"""
