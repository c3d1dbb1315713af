"""All models, so that the metadata is complete wherever one of them is imported."""

from db.models.account import Account, AccountAccess, Payer
from db.models.account_request import AccountCode, AccountRequest
from db.models.appeal import (
    Appeal,
    AppealCounter,
    AppealEntry,
    AppealFile,
    AppealNote,
    CalendarDay,
)
from db.models.audit import AuditEvent
from db.models.bill import Accrual, Bill, BillingPeriod, Penalty, Recalculation
from db.models.desk import AnswerTemplate, Incident
from db.models.export import ExportedRow, ExportRun
from db.models.house import House, HouseMeter, HouseReading, HouseVolume, Premise
from db.models.insight import CollectionTarget, DebtAgeBound
from db.models.insight_view import InsightDelivery, InsightSubscription, InsightView
from db.models.letter import Letter
from db.models.login import Login, LoginContact, SignInTicket, WebSession
from db.models.meter import Meter, Reading
from db.models.mistake import Mistake
from db.models.news import News, NewsHouse, NewsRead
from db.models.online_payment import OnlinePayment, OnlinePaymentEvent, OnlinePaymentPart
from db.models.organization import Organization, Sender
from db.models.package import NewsItem, Package
from db.models.paid_service import PaidRequest, PaidService
from db.models.payment import Payment, PaymentPart
from db.models.profile import Consent, DataExport, Subscription
from db.models.register import (
    CarriedPayment,
    Register,
    RegisterFormat,
    RegisterFormatColumn,
    RegisterPart,
    RegisterRow,
)
from db.models.service import Service, ServiceGroup, Tariff
from db.models.submitted_reading import ReadingLimit, ReadingWindow, SubmittedReading
from db.models.token import Attempt, Captcha, Invitation, LoginToken

__all__ = [
    "Account",
    "AccountAccess",
    "AccountCode",
    "AccountRequest",
    "Accrual",
    "AnswerTemplate",
    "Appeal",
    "AppealCounter",
    "AppealEntry",
    "AppealFile",
    "AppealNote",
    "Attempt",
    "AuditEvent",
    "Bill",
    "BillingPeriod",
    "CalendarDay",
    "Captcha",
    "CarriedPayment",
    "CollectionTarget",
    "Consent",
    "DataExport",
    "DebtAgeBound",
    "ExportRun",
    "ExportedRow",
    "House",
    "HouseMeter",
    "HouseReading",
    "HouseVolume",
    "Incident",
    "InsightDelivery",
    "InsightSubscription",
    "InsightView",
    "Invitation",
    "Letter",
    "Login",
    "LoginContact",
    "LoginToken",
    "Meter",
    "Mistake",
    "News",
    "NewsHouse",
    "NewsItem",
    "NewsRead",
    "OnlinePayment",
    "OnlinePaymentEvent",
    "OnlinePaymentPart",
    "Organization",
    "Package",
    "PaidRequest",
    "PaidService",
    "Payer",
    "Payment",
    "PaymentPart",
    "Penalty",
    "Premise",
    "Reading",
    "ReadingLimit",
    "ReadingWindow",
    "Recalculation",
    "Register",
    "RegisterFormat",
    "RegisterFormatColumn",
    "RegisterPart",
    "RegisterRow",
    "Sender",
    "Service",
    "ServiceGroup",
    "SignInTicket",
    "SubmittedReading",
    "Subscription",
    "Tariff",
    "WebSession",
]
