"""The tabs of a dossier that the roster itself brings; apps and other parts add theirs as panels."""
