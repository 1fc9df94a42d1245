"""What scoring adds to the frame: menu entries, dossier panel, list column, jobs, reactions."""
