//! What a wrong password or a message counts against, as the key of a counter.

use countersign_core::id::{AccountId, DeviceId};
use countersign_core::realm::RealmName;
use countersign_core::throttle::Quota;

use crate::keys::Keys;

/// An account, for whoever comes without a trusted device.
pub(crate) fn account(id: AccountId) -> String {
    format!("account:{id}")
}

/// A person of a directory, by the directory's own id: whatever name was typed, in whichever realm, and whether there is
/// an account yet or not (security.md J-06).
pub(crate) fn directory(source: &str, stable_id: &str) -> String {
    format!("directory:{source}:{stable_id}")
}

/// A trusted device, so that strangers cannot lock its owner out.
pub(crate) fn device(id: DeviceId) -> String {
    format!("device:{id}")
}

/// Recovery codes of an account whose code factor is off, so that its own counter counts no more.
pub(crate) fn recovery(id: AccountId) -> String {
    format!("recovery:{id}")
}

/// A name that is nobody's, by a keyed hash: it behaves like an account, and the table does not list what people typed.
pub(crate) fn name(keys: &Keys, realm: &RealmName, canonical: &str) -> String {
    format!("name:{}", keys.pseudonym(realm.as_str(), canonical))
}

/// The password, typed by somebody who is signed in to the account.
pub(crate) fn own_password(id: AccountId) -> String {
    format!("own-password:{id}")
}

/// Enrolment codes, typed by somebody who knows the password.
pub(crate) fn enrolment(id: AccountId) -> String {
    format!("enrolment:{id}")
}

/// A send quota whose subject (a number, an address, a network) is a keyed hash: the table lists nobody.
pub(crate) fn hidden(keys: &Keys, quota: &Quota) -> Quota {
    Quota { subject: keys.pseudonym(quota.scope.as_str(), &quota.subject), ..quota.clone() }
}
