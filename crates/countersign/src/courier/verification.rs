//! Whose code a message carries, and what a gateway with a code of its own is asked and told (docs/decisions/0017).

use countersign_core::secret::Secret;

use crate::courier::{Action, BoxFuture, Refusal};

/// Whose code the messages of a provider carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeBy {
    /// The gateway makes a code, sends it, and is asked whether what was typed is it.
    Provider,
    /// Ours, which is derived from the challenge.
    Us,
}

/// What a gateway says of a code that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It knows nothing of the verification any more: its time was over, or its code was used.
    Gone,
    /// It is the code.
    Right,
    /// It takes no more tries.
    TriesUsed,
    /// It is another one.
    Wrong,
}

/// How a verification ended on our side, which the gateway is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The person typed the code.
    Approved,
    /// It is not needed any more.
    Canceled,
}

/// The code in a message, for gateways that speak of codes and not of texts.
#[derive(Clone, Debug)]
pub struct Carried {
    /// The six digits.
    pub digits: Secret,
    /// For how many seconds it is still good.
    pub valid_seconds: u32,
    /// The language of the message, a tag such as `fr`.
    pub language: String,
}

/// A request of a gateway, as it came: what its signature is about.
#[derive(Clone, Copy, Debug)]
pub struct Callback<'a> {
    /// The whole address, as the gateway was given it.
    pub url: &'a str,
    /// The fields of the form, in any order.
    pub fields: &'a [(String, Secret)],
    /// The signature that came along.
    pub signature: &'a str,
}

/// What a provider without codes of its own answers.
pub(super) fn not_asked<'a, T: Send + 'a>(provider: &str) -> BoxFuture<'a, Result<T, Refusal>> {
    let refusal = Refusal::new(Action::GiveUp, "no-codes", format!("{provider} has no codes of its own"));
    Box::pin(std::future::ready(Err(refusal)))
}
