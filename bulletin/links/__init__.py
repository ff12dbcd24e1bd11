"""Whether source links open: every address that an article names is opened from time to time.

`records` is what is kept of an address, `registering` how an address gets its record, `opening` opens one of
them, `looking` says which are opened when and what is made of it, `telling` what people are told.
See docs/links.md.
"""
