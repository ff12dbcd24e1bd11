"""Pure recognition: what a text says about policy documents, the bodies behind them, and their targets.

No Django, no network, no model. Every fact keeps the sentence it was read from, its place, a confidence and,
where the reader is not sure, the reason.
"""
