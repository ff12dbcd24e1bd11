"""The places that a text names, and those that an article is about. No database, no network, no model."""

from regions.recognition.article import TITLE, Issuer, RegionFinding, recognise_regions
from regions.recognition.mentions import RegionMention, Setting, mentions, sentence_around, setting_of

__all__ = [
    "TITLE",
    "Issuer",
    "RegionFinding",
    "RegionMention",
    "Setting",
    "mentions",
    "recognise_regions",
    "sentence_around",
    "setting_of",
]
