"""Every model, so that the metadata is whole wherever one of them is imported."""

from db.models.account import Account, AccountAccess, Payer
from db.models.bill import Accrual, Bill, BillingPeriod, Penalty, Recalculation
from db.models.house import House, HouseMeter, HouseReading, HouseVolume, Premise
from db.models.login import Login, LoginContact, SignInTicket, WebSession
from db.models.meter import Meter, Reading
from db.models.organization import Organization, Sender
from db.models.package import NewsItem, Package
from db.models.payment import Payment, PaymentPart
from db.models.service import Service, ServiceGroup, Tariff

__all__ = [
    "Account",
    "AccountAccess",
    "Accrual",
    "Bill",
    "BillingPeriod",
    "House",
    "HouseMeter",
    "HouseReading",
    "HouseVolume",
    "Login",
    "LoginContact",
    "Meter",
    "NewsItem",
    "Organization",
    "Package",
    "Payer",
    "Payment",
    "PaymentPart",
    "Penalty",
    "Premise",
    "Reading",
    "Recalculation",
    "Sender",
    "Service",
    "ServiceGroup",
    "SignInTicket",
    "Tariff",
    "WebSession",
]
