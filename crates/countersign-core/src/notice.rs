//! What people are told besides codes: that something of their account changed, or that somebody else may be at the door.
//!
//! A notice is stored with its message, so it holds what may be stored: kinds, masks, counts and names, and never a code,
//! a token or a whole address. Its words are the courier's.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::contact::{Contacts, Destination};
use crate::id::AccountId;
use crate::throttle::{Quota, Rate, Scope};

/// How long a notice may wait for its delivery, and how long "This was not me" in it works.
pub const LIFE: SignedDuration = SignedDuration::from_hours(24);

/// What may go to one account, all kinds together: far above what strangers can cause, so they cannot use up what the
/// owner must hear, and far below a nuisance that somebody would build on.
const ALL_KINDS: Rate = Rate { per_hour: 20, per_day: 40 };

/// What somebody signed in has done; each of them has to be told.
const CHANGES: Rate = Rate { per_hour: 10, per_day: 20 };

/// What somebody with no more than the password can cause.
const WARNINGS: Rate = Rate { per_hour: 1, per_day: 3 };

/// What somebody asks for who has forgotten the password, and asks for again when the mail is slow. Strangers can too.
const FORGOTTEN: Rate = Rate { per_hour: 3, per_day: 10 };

/// What would only be said again.
const ONCE_A_DAY: Rate = Rate { per_hour: 1, per_day: 1 };

/// What a notice is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Notice {
    /// To administrators: the code factor of an account was turned off by wrong codes.
    AlarmFactorDisabled {
        /// Whose.
        about: Subject,
    },
    /// To administrators: the password of an account is guessed at, again and again.
    AlarmLockout {
        /// Whose.
        about: Subject,
        /// How many pauses there were in a day.
        pauses: u32,
    },
    /// To administrators: a person has said "This was not me".
    AlarmNotMe {
        /// Who.
        about: Subject,
    },
    /// Somebody who knows the password keeps asking for codes.
    CodesAsked,
    /// Codes can go to one more place.
    ContactAdded {
        /// How they go there.
        channel: Channel,
        /// The place, masked.
        mask: String,
    },
    /// Codes go to another place; told to the old one.
    ContactChanged {
        /// How they go there.
        channel: Channel,
        /// The new place, masked.
        new_mask: String,
    },
    /// Codes go to a place no more.
    ContactRemoved {
        /// How they went there.
        channel: Channel,
        /// The place, masked.
        mask: String,
    },
    /// The token of a trusted device came back after it had been replaced: somebody has a copy.
    DeviceReused {
        /// What the person knows the device by.
        name: String,
    },
    /// An administrator has ended the trust in every device.
    DevicesRevoked,
    /// An administrator has issued a code with which the account can enrol a second factor.
    EnrolmentCodeIssued,
    /// The code factor was turned off by too many wrong codes.
    FactorDisabled,
    /// Two-step login was turned off.
    FactorTurnedOff,
    /// Two-step login was turned on.
    FactorTurnedOn,
    /// Too many wrong passwords: the account was paused.
    LoginPaused,
    /// "This was not me" was said, and what came of it.
    NotMeConfirmed,
    /// The password was changed.
    PasswordChanged,
    /// Somebody asked for a new password, which is kept in a directory and cannot be changed here.
    PasswordElsewhere,
    /// Somebody asked for a new password; the message carries the link.
    PasswordLink {
        /// How long the link works.
        minutes: u32,
    },
    /// The password was set by a link that was mailed.
    PasswordReset,
    /// One of the recovery codes was used.
    RecoveryCodeUsed {
        /// How many are left.
        left: u32,
    },
    /// Recovery codes were made, and those before are worth nothing.
    RecoveryCodesMade,
    /// An administrator gave the second factor a new start.
    SecondFactorReset,
    /// An administrator has ended every session.
    SessionsEnded,
    /// Somebody answered STOP at this number, so no text message goes there.
    TextsStopped {
        /// The number, masked.
        mask: String,
    },
    /// The password was right, and the code was wrong until no try was left.
    WrongCode,
}

/// The account that an administrator is told about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Its realm.
    pub realm: String,
    /// What it types to log in.
    pub name: String,
}

/// What a link in a mail is good for; a link of one kind is wrong for every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// "This was not me".
    NotMe,
    /// Setting a new password.
    PasswordReset,
}

impl LinkKind {
    /// The name in the database and in the derivation of the token.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotMe => "not-me",
            Self::PasswordReset => "password-reset",
        }
    }

    /// The page that the link leads to; the token follows.
    pub const fn path(self) -> &'static str {
        match self {
            Self::NotMe => "/not-me/",
            Self::PasswordReset => "/reset/",
        }
    }
}

impl Notice {
    /// The name in texts, counters and logs.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::AlarmFactorDisabled { .. } => "alarm-factor-disabled",
            Self::AlarmLockout { .. } => "alarm-lockout",
            Self::AlarmNotMe { .. } => "alarm-not-me",
            Self::CodesAsked => "codes-asked",
            Self::ContactAdded { .. } => "contact-added",
            Self::ContactChanged { .. } => "contact-changed",
            Self::ContactRemoved { .. } => "contact-removed",
            Self::DeviceReused { .. } => "device-reused",
            Self::DevicesRevoked => "devices-revoked",
            Self::EnrolmentCodeIssued => "enrolment-code-issued",
            Self::FactorDisabled => "factor-disabled",
            Self::FactorTurnedOff => "factor-turned-off",
            Self::FactorTurnedOn => "factor-turned-on",
            Self::LoginPaused => "login-paused",
            Self::NotMeConfirmed => "not-me-confirmed",
            Self::PasswordChanged => "password-changed",
            Self::PasswordElsewhere => "password-elsewhere",
            Self::PasswordLink { .. } => "password-link",
            Self::PasswordReset => "password-reset",
            Self::RecoveryCodeUsed { .. } => "recovery-code-used",
            Self::RecoveryCodesMade => "recovery-codes-made",
            Self::SecondFactorReset => "second-factor-reset",
            Self::SessionsEnded => "sessions-ended",
            Self::TextsStopped { .. } => "texts-stopped",
            Self::WrongCode => "wrong-code",
        }
    }

    /// The link that a mail with it carries.
    ///
    /// None where there is nothing to take back: whoever asks for a password link, or guesses at a password, has proven
    /// nothing, and a link that ends every session would be a stranger's way to make the owner end them.
    pub const fn link(&self) -> Option<LinkKind> {
        match self {
            Self::AlarmFactorDisabled { .. }
            | Self::AlarmLockout { .. }
            | Self::AlarmNotMe { .. }
            | Self::LoginPaused
            | Self::NotMeConfirmed
            | Self::PasswordElsewhere => None,
            Self::PasswordLink { .. } => Some(LinkKind::PasswordReset),
            Self::CodesAsked
            | Self::ContactAdded { .. }
            | Self::ContactChanged { .. }
            | Self::ContactRemoved { .. }
            | Self::DeviceReused { .. }
            | Self::DevicesRevoked
            | Self::EnrolmentCodeIssued
            | Self::FactorDisabled
            | Self::FactorTurnedOff
            | Self::FactorTurnedOn
            | Self::PasswordChanged
            | Self::PasswordReset
            | Self::RecoveryCodeUsed { .. }
            | Self::RecoveryCodesMade
            | Self::SecondFactorReset
            | Self::SessionsEnded
            | Self::TextsStopped { .. }
            | Self::WrongCode => Some(LinkKind::NotMe),
        }
    }

    /// How long it is worth delivering, and its link works.
    pub fn life(&self) -> SignedDuration {
        match self {
            Self::PasswordLink { minutes } => SignedDuration::from_mins(i64::from(*minutes)),
            _ => LIFE,
        }
    }

    /// Every limit that telling it to `account` must fit under, in the order in which they are locked. The account's limit
    /// on codes is not among them: a notice never keeps a person from a code, nor a code from a notice.
    pub fn quotas(&self, account: AccountId) -> [Quota; 2] {
        let rate = match self {
            Self::AlarmLockout { .. } | Self::CodesAsked | Self::LoginPaused | Self::TextsStopped { .. } => ONCE_A_DAY,
            Self::AlarmFactorDisabled { .. }
            | Self::AlarmNotMe { .. }
            | Self::ContactAdded { .. }
            | Self::ContactChanged { .. }
            | Self::ContactRemoved { .. }
            | Self::DevicesRevoked
            | Self::EnrolmentCodeIssued
            | Self::FactorDisabled
            | Self::FactorTurnedOff
            | Self::FactorTurnedOn
            | Self::NotMeConfirmed
            | Self::PasswordChanged
            | Self::PasswordReset
            | Self::RecoveryCodeUsed { .. }
            | Self::RecoveryCodesMade
            | Self::SecondFactorReset
            | Self::SessionsEnded => CHANGES,
            Self::DeviceReused { .. } | Self::WrongCode => WARNINGS,
            Self::PasswordElsewhere | Self::PasswordLink { .. } => FORGOTTEN,
        };
        let quota = |subject, rate| Quota { scope: Scope::Notices, subject, rate };
        let kind = match self {
            // Once a day about each account.
            Self::AlarmLockout { about: Subject { realm, name }, .. } => format!("{}:{realm}:{name}", self.as_str()),
            _ => self.as_str().to_owned(),
        };
        [quota(format!("{account}:{kind}"), rate), quota(account.to_string(), ALL_KINDS)]
    }

    /// Whether saying it again within the day would tell nothing new, so that being held back is no event.
    pub const fn is_said_once(&self) -> bool {
        matches!(self, Self::AlarmLockout { .. } | Self::CodesAsked | Self::LoginPaused)
    }

    /// The contacts without the one that this notice told of at the address `told`, if it is still there: its owner there
    /// says that somebody else put it in. Nobody says so of the place where the notice came to.
    pub fn without_disputed(&self, told: &str, now: &Contacts) -> Contacts {
        let mut contacts = now.clone();
        let (Self::ContactAdded { channel, mask } | Self::ContactChanged { channel, new_mask: mask }) = self else {
            return contacts;
        };
        let is_disputed = |there: &Destination| there.mask() == *mask && there.address() != told;
        if !now.destination(*channel).as_ref().is_some_and(is_disputed) {
            return contacts;
        }
        match channel {
            Channel::Email => contacts.email = None,
            Channel::Sms | Channel::Voice => contacts.phone = None,
        }
        contacts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The account's cap is above what all warnings together may cause in a day, so that nobody who only knows a password
    /// silences what must be told.
    #[test]
    fn warnings_never_use_up_what_changes_need() {
        let account = AccountId(uuid::Uuid::nil());
        let warnings = [
            Notice::CodesAsked,
            Notice::DeviceReused { name: String::new() },
            Notice::LoginPaused,
            Notice::PasswordLink { minutes: 30 },
            Notice::WrongCode,
        ];
        let most: u32 = warnings.iter().map(|notice| notice.quotas(account)[0].rate.per_day).sum();
        assert!(most < ALL_KINDS.per_hour, "{most}");
    }

    #[test]
    fn each_kind_is_counted_by_itself() {
        let (one, other) = (AccountId(uuid::Uuid::nil()), AccountId(uuid::Uuid::max()));
        let subject = |notice: &Notice, account| notice.quotas(account)[0].subject.clone();
        assert_ne!(subject(&Notice::WrongCode, one), subject(&Notice::CodesAsked, one));
        assert_ne!(subject(&Notice::WrongCode, one), subject(&Notice::WrongCode, other));
        assert_eq!(Notice::WrongCode.quotas(one)[1], Notice::CodesAsked.quotas(one)[1]);
    }

    fn email(text: &str) -> Destination {
        Destination::Email(text.parse().unwrap())
    }

    fn phone(text: &str) -> Destination {
        Destination::Sms(crate::contact::Phone::parse(text, None).unwrap())
    }

    fn contacts(places: &[&Destination]) -> Contacts {
        let mut contacts = Contacts::default();
        for place in places {
            match place {
                Destination::Email(address) => contacts.email = Some(address.clone()),
                Destination::Sms(number) | Destination::Voice(number) => contacts.phone = Some(number.clone()),
            }
        }
        contacts
    }

    #[test]
    fn a_disputed_contact_goes_and_none_comes_back() {
        let (old, new, number) = (email("ana@example.com"), email("eve@evil.example"), phone("+14165550142"));
        let both = contacts(&[&new, &number]);
        let changed = Notice::ContactChanged { channel: Channel::Email, new_mask: new.mask() };
        assert_eq!(changed.without_disputed(old.address(), &both), contacts(&[&number]));
        let added = Notice::ContactAdded { channel: Channel::Voice, mask: number.mask() };
        assert_eq!(added.without_disputed(new.address(), &both), contacts(&[&new]));
        // It was changed again since, by somebody who could: that is another message's business.
        let newer = contacts(&[&email("new@example.com"), &number]);
        assert_eq!(changed.without_disputed(old.address(), &newer), newer);
        // The place where the message came to; a place that is gone already; another kind of notice.
        assert_eq!(added.without_disputed(number.address(), &both), both);
        let removed = Notice::ContactRemoved { channel: Channel::Email, mask: old.mask() };
        assert_eq!(removed.without_disputed(old.address(), &contacts(&[&number])), contacts(&[&number]));
        assert_eq!(Notice::WrongCode.without_disputed(old.address(), &both), both);
    }

    /// It is kept in the database over an upgrade.
    #[test]
    fn it_is_stored_under_its_name() {
        let notice = Notice::ContactChanged { channel: Channel::Sms, new_mask: "+1 •••• 0142".into() };
        let stored = serde_json::to_string(&notice).unwrap();
        assert_eq!(stored, r#"{"kind":"contact-changed","channel":"sms","new-mask":"+1 •••• 0142"}"#);
        assert_eq!(serde_json::from_str::<Notice>(&stored).unwrap(), notice);
        for notice in [Notice::PasswordLink { minutes: 30 }, Notice::WrongCode, Notice::RecoveryCodesMade] {
            let stored = serde_json::to_value(&notice).unwrap();
            assert_eq!(stored["kind"], notice.as_str());
        }
    }
}
