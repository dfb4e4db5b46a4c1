"""Fills the Samba domain of the tests, before it is started: samba-people.py SMB_CONF PASSWORD.

Each person is there for what the name says; a test that changes somebody has its own.
"""

import sys

import ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

lp = LoadParm()
lp.load(sys.argv[1])
password = sys.argv[2]
db = SamDB(url=lp.private_path("sam.ldb"), session_info=system_session(), lp=lp)
base = db.domain_dn()


def change(dn, **values):
    message = ldb.Message(ldb.Dn(db, dn))
    for name, value in values.items():
        name = name.replace("_", "-")
        message[name] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, name)
    db.modify(message)


def person(name, given, surname, **values):
    db.newuser(name, password, givenname=given, surname=surname, useusernameascn=None)
    dn = f"CN={given} {surname},CN=Users,{base}"
    if values:
        change(dn, **values)
    return dn


def group(name, *members):
    db.newgroup(name)
    dn = f"CN={name},CN=Users,{base}"
    message = ldb.Message(ldb.Dn(db, dn))
    message["member"] = ldb.MessageElement(list(members), ldb.FLAG_MOD_ADD, "member")
    db.modify(message)
    return dn


def password_settings(name, precedence, threshold, *people):
    db.add(
        {
            "dn": f"CN={name},CN=Password Settings Container,CN=System,{base}",
            "objectClass": "msDS-PasswordSettings",
            "msDS-PasswordSettingsPrecedence": str(precedence),
            "msDS-PasswordReversibleEncryptionEnabled": "FALSE",
            "msDS-PasswordHistoryLength": "0",
            "msDS-PasswordComplexityEnabled": "FALSE",
            "msDS-MinimumPasswordLength": "1",
            "msDS-MinimumPasswordAge": "0",
            "msDS-MaximumPasswordAge": "-9223372036854775808",
            "msDS-LockoutThreshold": str(threshold),
            "msDS-LockoutObservationWindow": "-18000000000",
            "msDS-LockoutDuration": "-18000000000",
            "msDS-PSOAppliesTo": list(people),
        }
    )


minutes_30 = "-18000000000"
change(base, lockoutThreshold="5", lockOutObservationWindow=minutes_30, lockoutDuration=minutes_30)

person("svc-countersign", "Service", "Account")
ana = person(
    "ana", "Ana", "Ruiz", mail="ana@example.test", mobile="+1 416 555 0123", telephoneNumber="+1 416 555 0199"
)
person("ben", "Ben", "Cole", mail="ben@example.test", telephoneNumber="(416) 555-0177")
nia = person("nia", "Nia", "Nested")
person("dora", "Dora", "Disabled", userAccountControl="514")
person("eve", "Eve", "Expired", accountExpires="132223104000000000")
person("mia", "Mia", "Mustchange", pwdLastSet="0")
person("hal", "Hal", "Hours", logonHours=bytes(21))
person("lou", "Lou", "Locked")
person("lia", "Lia", "Locked")
person("ren", "Ren", "Renamed")
gus = person("gus", "Gus", "Strict")
group("Help Desk", ana, group("Technicians", nia))
password_settings("Strict", 10, 3, gus)
