"""What a sheet was: kept at each change, compared, put back."""
