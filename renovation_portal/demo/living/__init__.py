"""The living years of the demonstration: the plan year under way and the next, in all four stages.

The published years are over; here is something to do on the day the portal is started: communities that are
surveyed, reviewed, held up, built, accepted and cared for, 模拟数据 every one of them.
"""

from renovation_portal.demo.living.writing import is_there, load

__all__ = ["is_there", "load"]
