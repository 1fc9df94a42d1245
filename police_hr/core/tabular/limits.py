"""How much a table may ask of the machine."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are bytes, `cell` and `line` are characters.

    xlsx figures follow the threat table of the security design (64 MiB unpacked, ratio 100,
    1,000,000 cells, 512 MiB and 20 s for the parser). Only the number of zip entries is wider:
    every sheet with a drawing, comments and printer settings brings about eight parts, so an
    honest yearbook of forty sheets passes 300. Entries cost nothing by themselves, the total
    unpacked size stays capped.
    """

    file: int = 200 * MIB
    rows: int = 2_000_000
    columns: int = 200
    cell: int = 32_767  # what one Excel cell can hold
    line: int = 1_000_000

    text_unpacked: int = 2048 * MIB
    text_ratio: int = 100  # the most repetitive honest csv seen was below 40

    xlsx_file: int = 50 * MIB
    xlsx_entries: int = 512
    xlsx_unpacked: int = 64 * MIB
    xlsx_ratio: int = 100
    xlsx_cells: int = 1_000_000
    xlsx_memory: int = 512 * MIB
    xlsx_cpu_seconds: int = 20


DEFAULT_LIMITS = Limits()
