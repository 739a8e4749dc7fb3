"""Models of the consultations app."""

from consultations.models.access import AccessCode, ResidentSession
from consultations.models.comment import Cluster, Comment, CommentEvent, Disposition, Support
from consultations.models.consultation import Consultation, CostShare, Notice, NoticeRule
from consultations.models.questionnaire import Answer, Option, Question, Questionnaire, Sheet
from consultations.models.roll import Roll, RollEntry
from consultations.models.vote import Ballot, Vote, VoteRule

__all__ = [
    "AccessCode",
    "Answer",
    "Ballot",
    "Cluster",
    "Comment",
    "CommentEvent",
    "Consultation",
    "CostShare",
    "Disposition",
    "Notice",
    "NoticeRule",
    "Option",
    "Question",
    "Questionnaire",
    "ResidentSession",
    "Roll",
    "RollEntry",
    "Sheet",
    "Support",
    "Vote",
    "VoteRule",
]
