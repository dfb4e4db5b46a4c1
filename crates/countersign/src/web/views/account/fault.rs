//! Why a form of the account's pages came back, the same words wherever it happens.

use crate::web::views::shell::Shell;

/// Why a form came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnFault {
    /// Not an e-mail address.
    BadEmail,
    /// Not a phone number of the chosen country.
    BadPhone,
    /// A phone number that no code is sent to.
    BadPhoneKind,
    /// The code's time is over.
    CodeExpired,
    /// Not six digits. This costs no try.
    CodeFormat,
    /// The gateway whose code it is could not be asked; the try counts.
    CodeUnchecked,
    /// Another code.
    CodeWrong {
        /// How many tries remain.
        tries: u32,
    },
    /// The code was used, replaced, or all its tries were.
    CodeOver,
    /// The enrolment code is wrong, used or too old.
    EnrolmentCode,
    /// The account has this contact already.
    Known,
    /// The last contact cannot be removed.
    Needed,
    /// No provider can carry a code there at the moment, or codes are off.
    NoWay,
    /// The password is wrong.
    Password,
    /// Too many wrong ones: nothing is compared for a while.
    Paused {
        /// For how many minutes.
        minutes: u32,
    },
    /// Too many accounts have this number.
    Shared,
    /// A limit on messages is reached.
    TooMany {
        /// For how many minutes.
        minutes: u32,
    },
    /// The directory that checks the password does not answer. The try does not count.
    Unavailable,
}

impl OwnFault {
    /// What happened, and what to do next.
    pub fn text(self, shell: &Shell) -> (String, String) {
        let count = match self {
            Self::CodeWrong { tries } => tries,
            Self::Paused { minutes } | Self::TooMany { minutes } => minutes,
            _ => 0,
        };
        let args = [("count", count.into()), ("contact", shell.contact_name().into())];
        let next = shell.tx.with(&format!("own-fault-{}-next", self.word()), &args);
        (shell.t(&format!("own-fault-{}", self.word())), next)
    }

    /// Whether it is what was typed as a contact that has to be typed otherwise.
    pub const fn is_of_the_contact(self) -> bool {
        matches!(self, Self::BadEmail | Self::BadPhone | Self::BadPhoneKind | Self::Known | Self::Shared)
    }

    /// Whether it is the password.
    pub const fn is_of_the_password(self) -> bool {
        matches!(self, Self::Password)
    }

    const fn word(self) -> &'static str {
        match self {
            Self::BadEmail => "bad-email",
            Self::BadPhone => "bad-phone",
            Self::BadPhoneKind => "bad-phone-kind",
            Self::CodeExpired => "code-expired",
            Self::CodeFormat => "code-format",
            Self::CodeOver => "code-over",
            Self::CodeUnchecked => "code-unchecked",
            Self::CodeWrong { .. } => "code-wrong",
            Self::EnrolmentCode => "enrolment-code",
            Self::Known => "known",
            Self::Needed => "needed",
            Self::NoWay => "no-way",
            Self::Password => "password",
            Self::Paused { .. } => "paused",
            Self::Shared => "shared",
            Self::TooMany { .. } => "too-many",
            Self::Unavailable => "unavailable",
        }
    }
}

#[cfg(test)]
impl OwnFault {
    pub(in crate::web::views) const SAMPLES: [Self; 17] = [
        Self::BadEmail,
        Self::BadPhone,
        Self::BadPhoneKind,
        Self::CodeExpired,
        Self::CodeFormat,
        Self::CodeOver,
        Self::CodeUnchecked,
        Self::CodeWrong { tries: 1 },
        Self::EnrolmentCode,
        Self::Known,
        Self::Needed,
        Self::NoWay,
        Self::Password,
        Self::Paused { minutes: 30 },
        Self::Shared,
        Self::TooMany { minutes: 42 },
        Self::Unavailable,
    ];
}
