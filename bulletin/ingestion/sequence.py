"""Whether the numbers and dates of two issues agree: 总期 counts all issues, 期 those of the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Numbered:
    """What an issue is called by."""

    total_number: int
    number: int
    issued_on: date

    def __str__(self) -> str:
        day = self.issued_on
        return f"总第{self.total_number}期：{day.year}年第{self.number}期，{day.isoformat()}"


def out_of_step(earlier: Numbered, later: Numbered) -> str:
    """What doesn't agree between two issues, in a sentence; empty if all does.

    `earlier` has the lower 总期.
    """
    steps = later.total_number - earlier.total_number
    if later.issued_on < earlier.issued_on:
        return f"总第{later.total_number}期的日期比总第{earlier.total_number}期还早"
    if later.issued_on.year == earlier.issued_on.year:
        if later.number - earlier.number != steps:
            return (
                f"总期号从{earlier.total_number}到{later.total_number}多了{steps}，"
                f"当年期号从{earlier.number}到{later.number}却不是"
            )
    elif later.number > steps:
        return (
            f"总第{earlier.total_number}期还是{earlier.issued_on.year}年的，"
            f"总第{later.total_number}期不会是{later.issued_on.year}年第{later.number}期"
        )
    return ""
