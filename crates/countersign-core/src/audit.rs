//! What is written down for the administrator who is asked at 3 a.m. why somebody could not log in.
//!
//! The names follow the OWASP Logging Vocabulary where it has one.

use std::fmt;

use serde::Serialize;

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $text:literal)*) => {
        /// One kind of event.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
        pub enum Event {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl Event {
            /// Every kind, in alphabetical order: the reference page is generated from it.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name in the log.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

events! {
    /// A directory does not let a person in any more; what the account had open has ended.
    AccountClosed = "account_closed"
    /// An account was made.
    AccountCreated = "account_created"
    /// An account may not log in any more.
    AccountDisabled = "account_disabled"
    /// A directory describes a person otherwise than before: the account has changed with it.
    AccountRefreshed = "account_refreshed"
    /// An account may log in again: counters are cleared and the code factor is on.
    AccountUnlocked = "account_unlocked"
    /// Accounts were written to a file.
    AccountsExported = "accounts_exported"
    /// The chain of the audit log began anew, because the database was adopted under another key.
    AuditChainBegun = "audit_chain_begun"
    /// Somebody asked for what is somebody else's.
    AuthzFailed = "authz_fail"
    /// A code was right.
    CodeAccepted = "authn_code_accepted"
    /// A code factor was turned off after too many wrong codes.
    CodeFactorDisabled = "authn_factor_disabled"
    /// A code was wrong.
    CodeRejected = "authn_code_rejected"
    /// The gateway whose code it is could not be asked whether a code was right; the try counts.
    CodeUnchecked = "authn_code_unchecked"
    /// A contact was added by its owner, and proven.
    ContactAdded = "contact_added"
    /// A contact was replaced by its owner, and the new one proven.
    ContactChanged = "contact_changed"
    /// A contact was removed by its owner.
    ContactRemoved = "contact_removed"
    /// A phone number was not taken, because too many accounts have it.
    ContactShared = "contact_shared"
    /// The database was sealed for the installation that has it now.
    DatabaseAdopted = "database_adopted"
    /// A backup took the place of the database.
    DatabaseRestored = "database_restored"
    /// Every session, trusted device, login, challenge and waiting message was made void.
    DatabaseVoided = "database_voided"
    /// Messages may go to a number again.
    DestinationResumed = "destination_resumed"
    /// The person behind a number has said STOP: no text message goes there.
    DestinationSuspended = "destination_suspended"
    /// The person gave a trusted device another name.
    DeviceRenamed = "device_renamed"
    /// A trusted device began.
    DeviceTrusted = "device_trusted"
    /// Trusted devices ended.
    DevicesRevoked = "devices_revoked"
    /// An administrator has issued a code for enrolling a second factor.
    EnrolmentCodeIssued = "enrolment_code_issued"
    /// An enrolment code was wrong, used or too old.
    EnrolmentCodeRejected = "enrolment_code_rejected"
    /// An enrolment code was used.
    EnrolmentCodeUsed = "enrolment_code_used"
    /// An administrator has identified the person and given the second factor a new start.
    FactorReset = "authn_factor_reset"
    /// Two-step login was turned off by its owner.
    FactorTurnedOff = "authn_factor_off"
    /// Two-step login was turned on by its owner.
    FactorTurnedOn = "authn_factor_on"
    /// A login needs a code.
    LoginChallenged = "authn_login_challenged"
    /// A password was wrong, the name unknown, or the account not allowed.
    LoginFailed = "authn_login_fail"
    /// A bucket is paused after too many failures.
    LoginPaused = "authn_login_lock"
    /// A login was refused after a right password.
    LoginRefused = "authn_login_refused"
    /// A login was completed.
    LoginSucceeded = "authn_login_success"
    /// A message was accepted by a provider.
    MessageAccepted = "message_accepted"
    /// A message was given up.
    MessageFailed = "message_failed"
    /// A message was accepted and then not delivered.
    MessageUndelivered = "message_undelivered"
    /// A person has said "This was not me".
    NotMe = "authn_not_me"
    /// A notice was not sent, because a limit on notices is reached.
    NoticeRefused = "notice_refused"
    /// A password was set.
    PasswordChanged = "authn_password_change"
    /// A password was replaced through a link in a mail.
    PasswordReset = "authn_password_reset"
    /// Somebody asked for a new password by mail, or an administrator for somebody.
    PasswordResetAsked = "authn_password_reset_asked"
    /// A recovery code was right, and is used up.
    RecoveryCodeAccepted = "authn_recovery_code_accepted"
    /// A recovery code was wrong.
    RecoveryCodeRejected = "authn_recovery_code_rejected"
    /// New recovery codes were made, and those before ended.
    RecoveryCodesMade = "recovery_codes_made"
    /// A send was refused by a limit.
    SendRefused = "excess_rate_limit_exceeded"
    /// A session was ended.
    SessionEnded = "session_ended"
    /// A limit that stands for money was reached: somebody may be making messages for their price.
    SpendAlarm = "spend_alarm"
    /// A session has proven the second factor, or the password, again.
    StepUp = "authn_step_up"
    /// An old token of a trusted device came back: somebody has a copy.
    TokenReused = "authn_token_reuse"
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn events_are_in_alphabetical_order_and_their_names_are_distinct() {
        let variants: Vec<String> = Event::ALL.iter().map(|event| format!("{event:?}")).collect();
        assert!(variants.is_sorted(), "{variants:?}");
        let names: BTreeSet<&str> = Event::ALL.iter().map(|event| event.as_str()).collect();
        assert_eq!(names.len(), Event::ALL.len());
    }
}
