"""Exchange files of the appointment form (.lrmx) on their way in: one file a row, one tag a column."""
