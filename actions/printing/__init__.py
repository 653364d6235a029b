"""Action sheets on paper: one, those ticked, or all that match."""
