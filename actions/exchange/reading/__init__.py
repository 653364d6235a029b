"""From the cells of any workbook to what it says of each action; no database in here."""
