"""Returns: one record fills many forms. A form is a workbook with named cells, its mapping is data."""
