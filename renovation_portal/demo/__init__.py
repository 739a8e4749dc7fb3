"""The demonstration province: published figures of Jilin, and below them rows that are made up to add up.

``facts`` reads what is known, ``shares`` and ``sizes`` divide it down to communities, ``naming`` and
``timing`` give them names and dates, ``sites`` fills in their fields, ``province`` puts the rows together and
``loading`` writes them.  Everything up to ``province`` is arithmetic without a database and makes the same
rows on every machine.  ``cast`` makes the accounts.
"""
