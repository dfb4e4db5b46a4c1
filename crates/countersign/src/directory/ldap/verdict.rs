//! What a server's answer to a bind says of the password, and of what else is in the way.
//!
//! LDAP itself has one code for it all, 49. Active Directory adds its own in the explanation (`… data 532, v4563`), and the
//! password policy in a control. Some are said only to whoever has the right password, and some to everybody; the two must
//! never be mixed up, or a stranger learns which accounts are locked.

use crate::directory::ldap::message::PolicyError;
use crate::directory::ldap::settings::Kind;
use crate::directory::ldap::wire::{Bound, refused};
use crate::directory::{Answer, Fault, Found, Standing};

/// What a bind came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The account is locked, whatever the password is.
    Locked,
    /// The password is right.
    Right,
    /// The password is right, and this is in the way.
    RightBut(Standing),
    /// The password is wrong.
    Wrong,
}

// Result codes (RFC 4511, appendix A).
const SUCCESS: u32 = 0;
const CONSTRAINT_VIOLATION: u32 = 19;
const NO_SUCH_OBJECT: u32 = 32;
const INVALID_DN_SYNTAX: u32 = 34;
const INAPPROPRIATE_AUTHENTICATION: u32 = 48;
const INVALID_CREDENTIALS: u32 = 49;
const UNWILLING_TO_PERFORM: u32 = 53;

/// Reads the answer to a bind.
pub(super) fn of(bound: &Bound, kind: Kind) -> Result<Verdict, Fault> {
    match (bound.outcome.code, bound.policy) {
        (SUCCESS, None) => Ok(Verdict::Right),
        (SUCCESS | INVALID_CREDENTIALS, Some(PolicyError::ChangeAfterReset)) => {
            Ok(Verdict::RightBut(Standing::MustChange))
        }
        // OpenLDAP looks at the password before its age, and at the lock before the password.
        (SUCCESS | INVALID_CREDENTIALS, Some(PolicyError::PasswordExpired)) => {
            Ok(Verdict::RightBut(Standing::PasswordExpired))
        }
        // The other two are how 389 Directory Server and its kin answer for accounts that are locked or switched off.
        (_, Some(PolicyError::AccountLocked)) | (CONSTRAINT_VIOLATION | UNWILLING_TO_PERFORM, _) => Ok(Verdict::Locked),
        (INVALID_CREDENTIALS, _) if kind == Kind::ActiveDirectory => {
            Ok(of_active_directory(data(&bound.outcome.diagnostic)))
        }
        (INVALID_CREDENTIALS | INAPPROPRIATE_AUTHENTICATION | NO_SUCH_OBJECT | INVALID_DN_SYNTAX, _) => {
            Ok(Verdict::Wrong)
        }
        (code, _) => Err(refused("a bind", code)),
    }
}

/// Active Directory's own code (Windows error codes; Microsoft's "Common Active Directory Bind Errors"). All but 525, 52e
/// and 775 are said only where the password is right.
fn of_active_directory(data: Option<u32>) -> Verdict {
    match data {
        Some(0x530 | 0x531) => Verdict::RightBut(Standing::OutsideHours),
        Some(0x532) => Verdict::RightBut(Standing::PasswordExpired),
        Some(0x533) => Verdict::RightBut(Standing::Disabled),
        Some(0x701) => Verdict::RightBut(Standing::Expired),
        Some(0x773) => Verdict::RightBut(Standing::MustChange),
        Some(0x775) => Verdict::Locked,
        _ => Verdict::Wrong,
    }
}

/// The number in `80090308: LdapErr: DSID-0C090449, comment: AcceptSecurityContext error, data 52e, v4563`.
fn data(diagnostic: &str) -> Option<u32> {
    let (_, rest) = diagnostic.split_once("AcceptSecurityContext error, data ")?;
    let digits = rest.split([',', ' ']).next()?;
    u32::from_str_radix(digits, 16).ok()
}

/// The answer that a verdict is, for a person of whom the directory said this before.
pub(super) fn answered(verdict: Verdict, found: Option<Found>) -> Answer {
    let found = found.map(Box::new);
    match (verdict, found) {
        (Verdict::Locked, _) => Answer::Locked,
        (Verdict::Wrong, _) => Answer::Wrong,
        (Verdict::RightBut(standing), found) => Answer::Refused(standing, found),
        (Verdict::Right, None) => Answer::Refused(Standing::NotInGroup, None),
        (Verdict::Right, Some(mut found)) => match found.person.standing {
            // The lock has run out, or there would have been no bind.
            Standing::Good | Standing::Locked => {
                found.person.standing = Standing::Good;
                Answer::Right(found)
            }
            standing => Answer::Refused(standing, Some(found)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::ldap::message::Outcome;

    fn verdict(code: u32, diagnostic: &str, policy: Option<PolicyError>, kind: Kind) -> Result<Verdict, Fault> {
        of(&Bound { outcome: Outcome { code, diagnostic: diagnostic.to_owned() }, policy }, kind)
    }

    #[test]
    fn j07_what_active_directory_says_is_told_apart() {
        let said = |data: &str| {
            let text =
                format!("80090308: LdapErr: DSID-0C090449, comment: AcceptSecurityContext error, data {data}, v4563");
            verdict(49, &text, None, Kind::ActiveDirectory).unwrap()
        };
        for (data, expected) in [
            ("525", Verdict::Wrong),
            ("52e", Verdict::Wrong),
            ("530", Verdict::RightBut(Standing::OutsideHours)),
            ("531", Verdict::RightBut(Standing::OutsideHours)),
            ("532", Verdict::RightBut(Standing::PasswordExpired)),
            ("533", Verdict::RightBut(Standing::Disabled)),
            ("701", Verdict::RightBut(Standing::Expired)),
            ("773", Verdict::RightBut(Standing::MustChange)),
            ("775", Verdict::Locked),
            ("0", Verdict::Wrong),
            ("zz", Verdict::Wrong),
        ] {
            assert_eq!(said(data), expected, "{data}");
        }
        // The same text from another kind of directory is somebody's invention.
        let invented = "AcceptSecurityContext error, data 773, v1";
        assert_eq!(verdict(49, invented, None, Kind::Openldap).unwrap(), Verdict::Wrong);
        assert_eq!(verdict(49, "data 773", None, Kind::ActiveDirectory).unwrap(), Verdict::Wrong);
    }

    #[test]
    fn what_the_password_policy_says_is_told_apart() {
        for (code, policy, expected) in [
            (0, None, Verdict::Right),
            (0, Some(PolicyError::ChangeAfterReset), Verdict::RightBut(Standing::MustChange)),
            (49, None, Verdict::Wrong),
            (49, Some(PolicyError::PasswordExpired), Verdict::RightBut(Standing::PasswordExpired)),
            (49, Some(PolicyError::AccountLocked), Verdict::Locked),
            (19, None, Verdict::Locked),
            (53, None, Verdict::Locked),
            (32, None, Verdict::Wrong),
        ] {
            assert_eq!(verdict(code, "", policy, Kind::Openldap).unwrap(), expected, "{code} {policy:?}");
        }
    }

    /// A referral to another server is no answer, and is not followed (security.md J-04).
    #[test]
    fn j04_whatever_is_no_answer_lets_nobody_in() {
        for code in [1, 2, 8, 10, 13, 14, 50, 51, 52, 80, 9999] {
            assert!(verdict(code, "", None, Kind::Other).is_err(), "{code}");
        }
    }
}
