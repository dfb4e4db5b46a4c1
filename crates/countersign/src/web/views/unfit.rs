//! Why a new password cannot be used, in the person's language.

use crate::flow::Refused;
use crate::flow::new_password::Unfit;
use crate::i18n::Texts;

/// The sentence beside the field.
pub fn text(tx: &Texts, unfit: Unfit) -> String {
    Refused::from(unfit).text(tx)
}

/// One of each kind, for the samples of the pages that show them.
#[cfg(test)]
pub const ALL: [Unfit; 7] = [
    Unfit::Breached,
    Unfit::Common,
    Unfit::Known,
    Unfit::Long,
    Unfit::Short { least: 15 },
    Unfit::Unreadable,
    Unfit::Weak,
];
