"""The import door: stage a file, decide about its rows, commit it all at once, undo it.

Page, API and command go the same way: `receive` → job `roster.stage_import` → `rows` → job
`roster.commit_import`. Staging stores no row of a large file that has nothing to say: the kept file is the
truth, commit reads it again and compares what it finds with what was checked (docs/adr).
"""
