//! A directory that speaks LDAP: OpenLDAP, Active Directory and their like.
//!
//! A login looks a person up and then proves the password by one bind as that person; each on a connection of its own,
//! encrypted before anything is asked. What a server answers is a claim and never a fact by itself: exactly one entry must
//! fit, it must say who it is for ever, and a bind without a password, which many servers answer with success, is not even
//! tried. References to other servers are not followed: they would get the password too.

mod ber;
mod examine;
mod filter;
mod group;
mod message;
mod name;
mod own;
mod person;
mod policy;
mod servers;
pub mod settings;
mod tls;
mod verdict;
mod wire;

use countersign_core::realm::SourceName;
use countersign_core::secret::Secret;
use countersign_core::settings::Fault as SettingFault;

use crate::clock::Clock;
use crate::directory::ldap::filter::Filter;
use crate::directory::ldap::message::{Entry, Scope, Search};
use crate::directory::ldap::name::{Template, TypedName};
use crate::directory::ldap::person::Reading;
use crate::directory::ldap::policy::{Place, Policies};
use crate::directory::ldap::servers::Servers;
use crate::directory::ldap::settings::{Attributes, DirectorySettings, Kind, Method};
use crate::directory::ldap::verdict::Verdict;
use crate::directory::ldap::wire::{Hits, Wire};
use crate::directory::{Answer, Fault, Found, LookUp, StableId, Standing, Step};

/// More entries than this and nobody is let in: two are enough to know.
const ENTRIES_MAX: u32 = 2;
/// How long a server is asked to search at most, in seconds; we ourselves may wait less.
const SECONDS_MAX: u32 = 10;

/// One directory: its servers, and how people are found in it.
pub struct Ldap {
    name: SourceName,
    settings: DirectorySettings,
    attributes: Attributes,
    people: Filter,
    method: Method,
    servers: Servers,
    policies: Policies,
    clock: Clock,
}

/// A directory that cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The file of the private authority.
    #[error("directories.{directory}.ca_file: {detail}")]
    Authority {
        /// The directory.
        directory: SourceName,
        /// What is wrong, and what to do.
        detail: String,
    },
    /// Settings that are refused.
    #[error("directories.{directory}: {}", .faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Settings {
        /// The directory.
        directory: SourceName,
        /// All that is wrong.
        faults: Vec<SettingFault>,
    },
}

/// What a search for one person came to.
enum Hit {
    Ambiguous,
    Nobody,
    Person(Box<Found>),
}

impl Ldap {
    /// A directory with these settings. Nothing is connected yet.
    pub fn new(name: SourceName, settings: DirectorySettings, clock: Clock) -> Result<Self, Unusable> {
        let refused = |faults| Unusable::Settings { directory: name.clone(), faults };
        let faults = settings.faults();
        let (true, Some(method), Some(people)) = (faults.is_empty(), settings.method(), settings.filter()) else {
            return Err(refused(faults));
        };
        let authority = |detail| Unusable::Authority { directory: name.clone(), detail };
        let tls = tls::config(settings.ca_file.as_deref()).map_err(authority)?;
        Ok(Self {
            attributes: settings.attributes(),
            servers: Servers::new(&settings, tls, clock.clone()),
            policies: Policies::default(),
            name,
            settings,
            people,
            method,
            clock,
        })
    }

    /// Its name as a source.
    pub fn name(&self) -> &SourceName {
        &self.name
    }

    /// Its servers, each as `host:port`.
    pub fn addresses(&self) -> Vec<String> {
        self.servers.all().iter().map(ToString::to_string).collect()
    }

    /// Whether a password could be one at all: an empty one would be taken for a bind without a password, which many
    /// servers answer with success (RFC 4513, 5.1.2). [`Ldap::prove`] asks this itself.
    pub fn could_be_password(password: &Secret) -> bool {
        !password.expose().trim().is_empty() && !password.expose().contains('\0')
    }

    /// After how many wrong passwords the directory locks a person, as last read from it or configured: 0 never, `None` if
    /// it is not known. A person's own ([`crate::directory::Person::lockout_threshold`]) goes before it.
    pub fn lockout_threshold(&self) -> Option<u32> {
        let read = self.policies.of_directory(self.settings.password_policy.as_deref());
        read.and_then(|policy| policy.threshold).or(self.settings.lockout_threshold)
    }

    /// Looks for the one person with this name.
    pub async fn look_up(&self, name: &str) -> LookUp {
        match TypedName::read(name, &self.settings) {
            Some(name) => self.search(&self.called(&name)).await,
            None => LookUp::Nobody,
        }
    }

    /// Looks a known person up again: what they are called now, and whether they may still come in.
    /// [`LookUp::NeedsBind`] where there is no service account to look with.
    pub async fn refresh(&self, stable_id: &StableId) -> LookUp {
        let value = person::value_of(stable_id, &self.attributes);
        let is_them = Filter::equal(&self.attributes.id, &value);
        self.search(&Filter::And(vec![self.people.clone(), is_them])).await
    }

    /// Asks the directory whether this is the person's password, in one bind. `found` is what [`Ldap::look_up`] gave for the
    /// same login; without it the person is looked up first.
    pub async fn prove(&self, name: &str, found: Option<&Found>, password: &Secret) -> Answer {
        if !Self::could_be_password(password) {
            return Answer::Wrong;
        }
        let proved = match &self.method {
            Method::Direct(template) => self.prove_directly(template, name, password).await,
            Method::Search { .. } => match found {
                Some(found) => self.prove_found(found, password).await,
                None => match self.look_up(name).await {
                    LookUp::Found(found) => self.prove_found(&found, password).await,
                    LookUp::Unavailable(fault) => Err(fault),
                    LookUp::Ambiguous | LookUp::NeedsBind | LookUp::Nobody => Ok(Answer::Wrong),
                },
            },
        };
        proved.unwrap_or_else(Answer::Unavailable)
    }

    /// Goes through everything step by step, for `countersign directory test`.
    pub async fn examine(&self, name: Option<&str>, password: Option<&Secret>) -> Vec<Step> {
        examine::run(self, name, password).await
    }

    /// The people whom the directory knows by one of the forms of a name.
    fn called(&self, name: &TypedName) -> Filter {
        let forms = name.forms().flat_map(|form| {
            self.attributes.names.iter().map(move |attribute| Filter::equal(attribute, form.as_bytes()))
        });
        Filter::And(vec![self.people.clone(), Filter::Or(forms.collect())])
    }

    /// Searches with the service account, at the first server that answers.
    async fn search(&self, people: &Filter) -> LookUp {
        if matches!(self.method, Method::Direct(_)) {
            return LookUp::NeedsBind;
        }
        match self.search_at_any(people).await {
            Ok(Hit::Ambiguous) => LookUp::Ambiguous,
            Ok(Hit::Nobody) => LookUp::Nobody,
            Ok(Hit::Person(found)) => LookUp::Found(found),
            Err(fault) => LookUp::Unavailable(fault),
        }
    }

    async fn search_at_any(&self, people: &Filter) -> Result<Hit, Fault> {
        let _place = self.servers.place()?;
        let mut last = Err(Fault::Resting(0));
        for at in self.servers.ready()? {
            last = match self.servers.connect(at).await {
                Ok(wire) => self.servers.answer(self.search_on(wire, people)).await,
                Err(fault) => Err(fault),
            };
            match &last {
                Err(fault) if fault.is_of_server() => self.servers.rest(at),
                _ => {
                    self.servers.works(at);
                    break;
                }
            }
        }
        last
    }

    async fn search_on(&self, mut wire: Wire, people: &Filter) -> Result<Hit, Fault> {
        self.bind_service(&mut wire).await?;
        let hit = self.read(&mut wire, people).await?;
        wire.close().await;
        Ok(hit)
    }

    async fn bind_service(&self, wire: &mut Wire) -> Result<(), Fault> {
        let Method::Search { account, password } = &self.method else { return Ok(()) };
        match wire.bind(account, password).await?.outcome.code {
            0 => Ok(()),
            code @ (51 | 52) => Err(wire::refused("a bind", code)),
            code => Err(Fault::ServiceAccount(code)),
        }
    }

    /// Reads the one person that fits, with whatever else has to be asked about them.
    async fn read(&self, wire: &mut Wire, people: &Filter) -> Result<Hit, Fault> {
        match self.find(wire, &self.settings.base, Scope::Subtree, people).await? {
            Hits::None => Ok(Hit::Nobody),
            Hits::TooMany => Ok(Hit::Ambiguous),
            Hits::One(entry) => Ok(Hit::Person(Box::new(self.person(wire, &entry).await?))),
        }
    }

    async fn find(&self, wire: &mut Wire, base: &str, scope: Scope, filter: &Filter) -> Result<Hits, Fault> {
        let attributes = person::wanted(&self.attributes, self.settings.kind);
        let search = Search { base, scope, filter, attributes: &attributes, limit: ENTRIES_MAX, seconds: SECONDS_MAX };
        wire.find_one("a person", &search).await
    }

    /// An entry as a person: its policy, and the group that is required.
    async fn person(&self, wire: &mut Wire, entry: &Entry) -> Result<Found, Fault> {
        let DirectorySettings { kind, country, required_group, password_policy, lockout_threshold, .. } =
            &self.settings;
        let now = self.clock.now();
        let place = Place::of(entry, *kind, password_policy.as_deref());
        let policy = self.policies.at(&place, wire, now).await?;
        let reading = Reading { attributes: &self.attributes, kind: *kind, country: country.as_deref(), policy, now };
        let mut found = reading.person(entry)?;
        let person = &mut found.person;
        person.lockout_threshold = person.lockout_threshold.or(*lockout_threshold);
        if let (Some(group), Standing::Good | Standing::Locked) = (required_group, person.standing)
            && !group::has(wire, *kind, group, &entry.dn, &person.names).await?
        {
            person.standing = Standing::NotInGroup;
        }
        Ok(found)
    }

    /// Connects to the first server that takes it. The bind that follows goes to that one only: a second server might count
    /// the same wrong password once more.
    async fn connect_to_any(&self) -> Result<(servers::At, Wire), Fault> {
        let mut last = Fault::Resting(0);
        for at in self.servers.ready()? {
            match self.servers.connect(at).await {
                Ok(wire) => return Ok((at, wire)),
                Err(fault) => last = fault,
            }
        }
        Err(last)
    }

    async fn prove_found(&self, found: &Found, password: &Secret) -> Result<Answer, Fault> {
        // An empty name is nobody's, and many servers answer its bind with success too.
        if found.dn.is_empty() {
            return Ok(Answer::Wrong);
        }
        let _place = self.servers.place()?;
        let (at, mut wire) = self.connect_to_any().await?;
        let bound = self.servers.answer(wire.bind(&found.dn, password)).await;
        let verdict = self.noted(at, bound.and_then(|bound| verdict::of(&bound, self.settings.kind)))?;
        wire.close().await;
        Ok(verdict::answered(verdict, Some(found.clone())))
    }

    async fn prove_directly(&self, template: &Template, name: &str, password: &Secret) -> Result<Answer, Fault> {
        let Some(name) = TypedName::read(name, &self.settings) else { return Ok(Answer::Wrong) };
        let Some(bind_name) = template.fill(&name) else { return Ok(Answer::Wrong) };
        let _place = self.servers.place()?;
        let (at, mut wire) = self.connect_to_any().await?;
        let asked = async {
            match verdict::of(&wire.bind(&bind_name, password).await?, self.settings.kind)? {
                Verdict::Right if template.is_dn() => {
                    let found = self.find(&mut wire, &bind_name, Scope::Base, &self.people).await?;
                    self.own_entry(&mut wire, found).await
                }
                Verdict::Right => {
                    let found = self.find(&mut wire, &self.settings.base, Scope::Subtree, &self.called(&name)).await?;
                    self.own_entry(&mut wire, found).await
                }
                other => Ok(verdict::answered(other, None)),
            }
        };
        let answer = self.noted(at, self.servers.answer(asked).await)?;
        wire.close().await;
        Ok(answer)
    }

    /// The answer for a person who has just bound, by the entry that is theirs.
    async fn own_entry(&self, wire: &mut Wire, found: Hits) -> Result<Answer, Fault> {
        // Whoever the filter does not take, or takes for somebody else too, is not among those who may come in.
        let Hits::One(entry) = found else { return Ok(Answer::Refused(Standing::NotInGroup, None)) };
        // Active Directory binds by several names, and one person's may be made to look like another's. The entry must be
        // the one that bound.
        if self.settings.kind == Kind::ActiveDirectory && !own::has_bound(wire, &entry).await? {
            return Err(Fault::NoIdentity("objectSid that is the one of whoever logged in".to_owned()));
        }
        let found = self.person(wire, &entry).await?;
        Ok(verdict::answered(Verdict::Right, Some(found)))
    }

    fn noted<T>(&self, at: servers::At, result: Result<T, Fault>) -> Result<T, Fault> {
        match &result {
            Err(fault) if fault.is_of_server() => self.servers.rest(at),
            _ => self.servers.works(at),
        }
        result
    }
}
