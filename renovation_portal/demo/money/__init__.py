"""The money of the demonstration: batches, what units and projects got of them, and what became of it.

No figures of the province's money by city were published; every amount here follows from the simulated
investment of the projects and is 模拟数据.
"""

from renovation_portal.demo.money.writing import load

__all__ = ["load"]
