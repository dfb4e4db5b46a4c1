//! Why a new password cannot be used, in the person's language.

use crate::flow::new_password::Unfit;
use crate::i18n::Texts;

/// The sentence beside the field.
pub fn text(tx: &Texts, unfit: Unfit) -> String {
    let key = match unfit {
        Unfit::Breached => "unfit-breached",
        Unfit::Common => "unfit-common",
        Unfit::Known => "unfit-known",
        Unfit::Long => "unfit-long",
        Unfit::Short { least } => return tx.t1("unfit-short", "least", least),
        Unfit::Unreadable => "unfit-unreadable",
        Unfit::Weak => "unfit-weak",
    };
    tx.t(key)
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
