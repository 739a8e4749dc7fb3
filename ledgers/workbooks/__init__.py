"""Workbooks that leave the portal: templates, exports and files handed back with their errors marked."""
