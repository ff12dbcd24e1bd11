"""The REST API under /api/v1/: the lists and pages of the portal for programs. Read-only."""
