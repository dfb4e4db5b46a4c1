//! The password and the recovery codes, as the account page sums them up.

use crate::web::views::moment::Moment;

/// The ways in that the person keeps.
#[derive(Clone)]
pub struct OwnSecrets {
    /// The password, where it is kept here.
    pub password: Option<OwnPassword>,
    /// How many recovery codes are left.
    pub recovery_codes: u32,
}

/// A password that is kept here.
#[derive(Clone)]
pub struct OwnPassword {
    /// When it was set.
    pub set_at: Option<Moment>,
}

#[cfg(test)]
impl OwnSecrets {
    pub(super) fn sample(recovery_codes: u32) -> Self {
        let set_at = Some(Moment::date_time(jiff::Timestamp::UNIX_EPOCH));
        Self { password: Some(OwnPassword { set_at }), recovery_codes }
    }
}
