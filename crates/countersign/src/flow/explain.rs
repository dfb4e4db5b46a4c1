//! What the policy would say to a login, and why: the same decision as at the door, with everything it compared.

use std::net::IpAddr;

use countersign_core::channel::Channel;
use countersign_core::facts::{Browser, Circumstances, DeviceStanding, Network};
use countersign_core::id::DeviceId;
use countersign_core::policy::{Choice, Decision};
use countersign_core::realm::RealmName;
use jiff::Timestamp;

use crate::app::App;
use crate::flow::account::{self, State};
use crate::flow::{Error, Refused, browser, login, reach};
use crate::store::accounts::AccountRow;

/// A login that is imagined.
#[derive(Clone, Debug)]
pub struct Question {
    /// The realm.
    pub realm: RealmName,
    /// The account's identifier.
    pub identifier: String,
    /// The address it would come from.
    pub address: IpAddr,
    /// The device it would come from.
    pub device: Device,
    /// The `User-Agent` of its browser; none means the browser of the last login.
    pub user_agent: Option<String>,
    /// The browser's first language; none means that of the last login.
    pub language: Option<String>,
}

/// The device of an imagined login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// This one, trusted only if it still is.
    Exact(DeviceId),
    /// Any trusted device of the account.
    Trusted,
    /// None that is trusted.
    Untrusted,
}

/// The answer.
pub struct Explanation {
    /// The account and what holds it up besides the policy.
    pub state: State,
    /// The policy in Web+Center's words.
    pub choice: Choice,
    /// What the policy says.
    pub decision: Decision,
    /// The channels that a code could take.
    pub working: Vec<Channel>,
}

/// Asks the policy.
pub async fn explain(app: &App, question: &Question) -> Result<Explanation, Error> {
    let row = account::find(app, &question.realm, &question.identifier).await?;
    let now = app.clock.now();
    let circumstances = Circumstances {
        now,
        device: standing(app, &row, question.device, now).await?,
        network: Network::of(question.address),
        browser: imagined(question, &row),
    };
    let policy = app.settings.policy(&row.account.realm, &row.account.source);
    let working = reach::channels(app, &row, now).await?;
    let decision = login::decide(app, &row, &circumstances, &working);
    Ok(Explanation { state: account::state(app, row).await?, choice: policy.choice(), decision, working })
}

async fn standing(app: &App, row: &AccountRow, device: Device, now: Timestamp) -> Result<DeviceStanding, Error> {
    if device == Device::Untrusted {
        return Ok(DeviceStanding::Untrusted);
    }
    let devices = app.store.devices(row.account.id).await?;
    let mut holding = devices.iter().filter(|known| app.settings.trusted_device.holds(known.trust, now));
    let found = match device {
        Device::Exact(id) => holding.find(|known| known.id == id),
        Device::Trusted | Device::Untrusted => holding.next(),
    };
    match (found, device) {
        (Some(known), _) => Ok(DeviceStanding::Trusted(known.id)),
        (None, Device::Exact(_)) => Ok(DeviceStanding::Untrusted),
        (None, _) => Err(Error::NotFound(Refused::new("command-refused-no-trusted-device"))),
    }
}

fn imagined(question: &Question, row: &AccountRow) -> Browser {
    let last = row.account.history.browser.clone().unwrap_or_default();
    let language = question.language.clone().unwrap_or_else(|| last.language.clone());
    match &question.user_agent {
        Some(user_agent) => browser::parse(user_agent, &language),
        None => Browser { language, ..last },
    }
}
