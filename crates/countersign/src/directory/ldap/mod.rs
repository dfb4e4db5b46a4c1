//! A directory that speaks LDAP: OpenLDAP, Active Directory and their like.

use countersign_core::realm::SourceName;
use countersign_core::secret::Secret;

use crate::directory::{Answer, Fault, Found, LookUp, StableId, Step};

/// One directory: its servers, and how people are found in it.
pub struct Ldap {
    name: SourceName,
}

impl Ldap {
    /// Its name as a source.
    pub fn name(&self) -> &SourceName {
        &self.name
    }

    /// Whether a password could be one at all: an empty one would be taken for a bind without a password, which many
    /// servers answer with success (RFC 4513, 5.1.2). [`Ldap::prove`] asks this itself.
    pub fn could_be_password(password: &Secret) -> bool {
        !password.expose().trim().is_empty() && !password.expose().contains('\0')
    }

    /// Looks for the one person with this name.
    pub async fn look_up(&self, name: &str) -> LookUp {
        let _ = name;
        LookUp::Unavailable(Fault::Busy)
    }

    /// Asks the directory whether this is the person's password, in one bind. `found` is what [`Ldap::look_up`] gave for the
    /// same login; without it the person is looked up first.
    pub async fn prove(&self, name: &str, found: Option<&Found>, password: &Secret) -> Answer {
        let _ = (name, found, password);
        Answer::Unavailable(Fault::Busy)
    }

    /// Looks a known person up again: what they are called now, and whether they may still come in.
    /// [`LookUp::NeedsBind`] where there is no service account to look with.
    pub async fn refresh(&self, stable_id: &StableId) -> LookUp {
        let _ = stable_id;
        LookUp::Unavailable(Fault::Busy)
    }

    /// Goes through everything step by step, for `countersign directory test`.
    pub async fn examine(&self, name: Option<&str>, password: Option<&Secret>) -> Vec<Step> {
        let _ = (name, password);
        Vec::new()
    }

    /// After how many wrong passwords the directory locks a person, as last read from it or configured: 0 never, `None` if
    /// it is not known. A person's own ([`crate::directory::Person::lockout_threshold`]) goes before it.
    pub fn lockout_threshold(&self) -> Option<u32> {
        None
    }
}
