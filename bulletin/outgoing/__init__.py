"""How the portal asks strangers' servers: `guarding` says which addresses, `asking` asks one of them once.

Webhooks (`bulletin.outbox`) and the looks at source links (`bulletin.links`) both go through here.
"""
