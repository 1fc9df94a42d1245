"""Draws one page of a kept file, with a mark over it, in a process of its own; or counts its pages.

A reader of PDF that meets a hostile file may ask for any amount of memory or end its process; this process has hard
limits and nothing to lose. Started by `pages.py`; the argument is one JSON object. It imports nothing of the project.
Exit 2: the file cannot be read; 3: it is too heavy.
"""

import json
import os
import re
import resource
import sys

import typst

BEYOND = 1_000_000  # no file has this page: the answer tells how many there are
HELD = re.compile(r"only has (\d+) page")
PAGE = """
#set page(width: 210mm, height: auto, margin: 0mm, fill: white, foreground: for row in range(5) {
  for column in range(2) {
    place(top + left, dx: 4% + column * 48%, dy: 6% + row * 20%, rotate(-22deg, text(
      fill: rgb(60, 60, 60, 58), size: 15pt, font: ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC",
      "Microsoft YaHei", "Libertinus Serif"), sys.inputs.mark)))
  }
})
#image(sys.inputs.file, format: sys.inputs.format, page: int(sys.inputs.page), width: 100%)
"""
PICTURE = PAGE.replace(", page: int(sys.inputs.page)", "")


def main() -> None:
    options = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (options["memory"], options["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (options["cpu_seconds"], options["cpu_seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    inputs = {name: str(options[name]) for name in ("file", "format", "page", "mark")}
    is_pdf = options["format"] == "pdf"
    if options["count"]:
        inputs["page"] = str(BEYOND)
    source = (PAGE if is_pdf else PICTURE).encode()
    try:
        drawn = typst.compile(source, root=options["root"], format="png", ppi=options["ppi"], sys_inputs=inputs)
    except typst.TypstError as error:
        found = HELD.search(" ".join([str(error), *error.hints]))
        if not (options["count"] and found):
            os._exit(2)
        sys.stdout.write(found[1])
        return
    except MemoryError:
        os._exit(3)
    sys.stdout.buffer.write(b"1" if options["count"] else drawn)


if __name__ == "__main__":
    main()
