"""Incidents and templates of answers of a service desk."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id


class Incident(Base):
    """Appeals of one house on one topic that are answered together."""

    __tablename__ = "incident"

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    house_id: Mapped[int] = mapped_column(ForeignKey("house.id"))
    topic: Mapped[str]
    created_by: Mapped[int]
    created_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]

    __table_args__ = (
        Index("ix_incident_organization_id_house_id_topic", "organization_id", "house_id", "topic"),
    )


class AnswerTemplate(Base):
    """A template of an answer of an organisation, with fields in braces."""

    __tablename__ = "answer_template"

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str]
    body: Mapped[str]

    __table_args__ = (UniqueConstraint("organization_id", "name"),)
