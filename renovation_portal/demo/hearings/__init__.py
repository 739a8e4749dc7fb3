"""Three hearings of the demonstration: one finished, one open now, one whose plan was voted down."""

from renovation_portal.demo.hearings.slip import demo_slip
from renovation_portal.demo.hearings.writing import load

__all__ = ["demo_slip", "load"]
