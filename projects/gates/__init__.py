"""The conditions of every transition, by the stage they close."""

from projects.gates import aftercare, build, plan, survey

__all__ = ["aftercare", "build", "plan", "survey"]
