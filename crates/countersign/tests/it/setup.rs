//! How the installation of a story is set up, before it starts.

use countersign::app::Parts;

/// The address in everybody's address bar; a proxy that is not there stands before the listener.
pub(crate) const PUBLIC_URL: &str = "https://login.example.com";

/// How an installation is set up.
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that a story wants or not")]
pub(crate) struct Setup {
    pub(crate) settings: Vec<(String, String)>,
    pub(crate) changes: Vec<Change>,
    pub(crate) clicksend: bool,
    pub(crate) textmagic: bool,
    pub(crate) twilio: bool,
    pub(crate) mail: bool,
    pub(crate) errors: Vec<&'static str>,
    pub(crate) unfinished: bool,
    pub(crate) one_comparison: bool,
    pub(crate) hash_cost: Option<(u32, u32)>,
}

type Change = Box<dyn FnOnce(&mut Parts)>;

impl Setup {
    /// The defaults: no code is asked for anywhere. SMS goes through ClickSend, mail through a mail server.
    pub(crate) fn new() -> Self {
        let setup = Self {
            settings: Vec::new(),
            changes: Vec::new(),
            clicksend: true,
            textmagic: false,
            twilio: false,
            mail: true,
            errors: Vec::new(),
            unfinished: false,
            one_comparison: false,
            hash_cost: None,
        };
        setup
            .set("server.public_url", PUBLIC_URL)
            .set("server.trusted_proxies", "127.0.0.1")
            .set("server.allowed_returns", "https://erp.example.com")
            .set("server.key_file", "not-read.key")
            .set("site.name", "Acme")
            .set("site.contact", "help@acme.example")
    }

    /// A code is required of everybody, unless the device is trusted.
    pub(crate) fn required() -> Self {
        Self::new()
            .set("realms.internal.policy.local.mode", "required")
            .set("realms.external.policy.local.mode", "required")
    }

    /// Sets a key of the configuration, through its variable.
    pub(crate) fn set(mut self, key: &str, value: &str) -> Self {
        self.settings.retain(|(known, _)| known != key);
        self.settings.push((key.to_owned(), value.to_owned()));
        self
    }

    /// Changes what no key can.
    pub(crate) fn change(mut self, change: impl FnOnce(&mut Parts) + 'static) -> Self {
        self.changes.push(Box::new(change));
        self
    }

    /// SMS goes through TextMagic alone.
    pub(crate) fn with_textmagic_only(self) -> Self {
        Self { clicksend: false, textmagic: true, ..self }
    }

    /// SMS goes through ClickSend, and through TextMagic when that fails.
    pub(crate) fn with_both_gateways(self) -> Self {
        Self { textmagic: true, ..self }
    }

    /// Text messages, calls or verifications go through Twilio alone, by the key of its section that says which.
    pub(crate) fn with_twilio_only(self, keys: &[(&str, &str)]) -> Self {
        Self { clicksend: false, ..self }.with_twilio(keys)
    }

    /// Twilio comes after what there is already.
    pub(crate) fn with_twilio(self, keys: &[(&str, &str)]) -> Self {
        let setup = Self { twilio: true, ..self };
        keys.iter().fold(setup, |setup, (key, value)| setup.set(&format!("providers.twilio.{key}"), value))
    }

    /// There is no provider for SMS.
    pub(crate) fn without_sms(self) -> Self {
        Self { clicksend: false, ..self }
    }

    /// There is no stand-in for mail.
    pub(crate) fn without_mail(self) -> Self {
        Self { mail: false, ..self }
    }

    /// One password is compared at a time, as on a machine with one core.
    pub(crate) fn with_one_comparison_at_a_time(self) -> Self {
        Self { one_comparison: true, ..self }
    }

    /// New passwords are hashed at this cost: KiB, and passes over them.
    pub(crate) fn with_hashes_of(self, cost: (u32, u32)) -> Self {
        Self { hash_cost: Some(cost), ..self }
    }

    /// The story provokes errors in the log that hold this text.
    pub(crate) fn expecting(mut self, error: &'static str) -> Self {
        self.errors.push(error);
        self
    }

    /// The story ends while a message is still waiting.
    pub(crate) fn leaving_messages(self) -> Self {
        Self { unfinished: true, ..self }
    }
}
