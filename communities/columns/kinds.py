"""The kinds of cells that several ledgers share."""

from records.columns import NumberWidget, TextWidget, YearWidget

COUNT = NumberWidget()
SQUARE_METRES = NumberWidget(places=2, kind="decimal")
DEGREES = NumberWidget(places=6, kind="decimal")
TEXT = TextWidget()
YEAR = YearWidget()
