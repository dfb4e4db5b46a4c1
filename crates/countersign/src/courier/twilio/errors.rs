//! What Twilio's error codes call for.
//!
//! A code that is about one country or one number never stops the provider: whoever has an account with such a number could
//! then silence it for everybody.

use crate::courier::reply::{self, Reply};
use crate::courier::{Action, Refusal};

/// What an answer other than a success means. The code decides; without one that is known, the HTTP status.
pub(super) fn refused(reply: &Reply) -> Refusal {
    let code = reply.json().ok().and_then(|document| reply::count(&document, "/code"));
    let known = code.and_then(refusal_of);
    known.map_or_else(
        || reply.refusal(code.map(|code| code.to_string())),
        |refusal| Refusal { retry_after: reply.wait, ..refusal },
    )
}

/// What an error code means, in an answer or in a delivery receipt; `None` for one that is not in the documents
/// (reference/providers.md, 5.4, 6 and 7.6).
pub fn refusal_of(code: u32) -> Option<Refusal> {
    let (action, detail) = account(code).or_else(|| number(code)).or_else(|| verification(code))?;
    Some(Refusal::new(action, code.to_string(), detail))
}

/// About the account, its senders and its countries.
const fn account(code: u32) -> Option<(Action, &'static str)> {
    Some(match code {
        20003 | 20008 => (Action::Stop, "account SID, token or API key refused, or the account is suspended"),
        20404 => (Action::Stop, "Twilio does not know the account or the service: check their SIDs and base_url"),
        20429 => (Action::Retry, "too many requests"),
        21205 => (Action::Stop, "Twilio does not accept our address: check server.public_url"),
        21210 | 21212 => (Action::Stop, "Twilio does not accept the number to send or call from: check the settings"),
        21703 => (Action::Stop, "the messaging service has no number: add one in Twilio's console"),
        21215 | 21408 | 60605 => (
            Action::FailOver,
            "the account may not reach this country: allow it in Twilio's console, under geographic permissions",
        ),
        21219 | 21608 => (Action::FailOver, "a trial account reaches only numbers that were verified at Twilio"),
        21606 => (Action::FailOver, "the sender cannot reach this country"),
        21611 => (Action::FailOver, "too many messages wait at this sender"),
        30001 => (Action::FailOver, "too many messages wait at Twilio"),
        30002 => (Action::Stop, "the account is suspended"),
        30010 => (Action::FailOver, "the price is over the limit of the account"),
        30022 | 30023 => (Action::FailOver, "the daily limit of the sender's registration is reached"),
        30024 | 30032 | 30033 | 30034 => (Action::FailOver, "the sender is not registered for this country"),
        _ => return None,
    })
}

/// About the number that is written to or called, and what its network does.
const fn number(code: u32) -> Option<(Action, &'static str)> {
    Some(match code {
        12100 | 20422 | 21220 | 21602 | 21603 | 21604 | 21617 => {
            (Action::GiveUp, "Twilio does not accept this message")
        }
        13224 | 21211 | 21217 | 21401 | 21421 => (Action::GiveUp, "the number does not exist, or cannot be reached"),
        21214 | 21612 => (Action::FailOver, "the number cannot be reached from this sender"),
        21216 => (Action::GiveUp, "Twilio does not call this number"),
        21610 => (Action::GiveUp, "the recipient has answered STOP: another destination is needed"),
        21614 => (Action::GiveUp, "the number takes no text messages: a call may reach it"),
        30003 => (Action::GiveUp, "the telephone was off or out of reach"),
        30004 => (Action::GiveUp, "the recipient or the network blocks the message"),
        30005 => (Action::GiveUp, "the number does not exist any more"),
        30006 => (Action::GiveUp, "a landline, or a network that takes no text messages: a call may reach it"),
        30007 => (Action::FailOver, "the network took the message for spam"),
        30008 => (Action::FailOver, "the network does not say why it did not deliver"),
        30410 => (Action::FailOver, "the network did not answer"),
        30450 => (Action::GiveUp, "Twilio blocked the message to protect against fraud"),
        32014 | 32017 => (Action::FailOver, "the network did not take the call"),
        _ => return None,
    })
}

/// About verifications.
const fn verification(code: u32) -> Option<(Action, &'static str)> {
    Some(match code {
        60200 | 60221 => (Action::GiveUp, "Twilio Verify does not accept this request"),
        60201 | 60224 | 60228 | 60229 => (Action::Stop, "the template of the Verify service cannot be used"),
        60202 | 60203 => (Action::FailOver, "Twilio Verify sends no more codes to this number for ten minutes"),
        60204 => (
            Action::Stop,
            "the Verify service takes no custom codes: have Twilio turn them on, or set verify_custom_code = false",
        ),
        60205 => (Action::GiveUp, "a landline takes no text messages: a call may reach it"),
        60206 | 60207 | 60214 | 60217 | 60218 | 60243 => {
            (Action::Stop, "the Verify service is configured for something else: check it in Twilio's console")
        }
        60212 => (Action::Retry, "too many requests for this number at once"),
        60220 => (Action::FailOver, "Twilio has to approve the account for China first"),
        60223 => (Action::FailOver, "the channel is turned off in the Verify service"),
        // Another gateway would send into what Twilio takes for toll fraud.
        60238 | 60410 => (Action::GiveUp, "Twilio Verify blocked the attempt to protect against fraud"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_sorted() {
        let expected: [(Action, &[u32]); 4] = [
            (Action::Stop, &[20003, 20404, 21212, 21703, 60204, 60217]),
            (Action::Retry, &[20429, 60212]),
            (Action::GiveUp, &[21211, 21401, 21421, 21610, 21614, 21617, 21217, 60200, 60205, 60410, 60238]),
            (Action::FailOver, &[21408, 21606, 21608, 21611, 21612, 21214, 21215, 60202, 60203, 60223, 60605]),
        ];
        for (action, codes) in expected {
            for code in codes {
                assert_eq!(refusal_of(*code).map(|refusal| refusal.action), Some(action), "{code}");
            }
        }
        assert_eq!(refusal_of(99999), None);
    }

    /// The newer form of an error (RFC 9457) has its code in the same place.
    #[test]
    fn the_code_decides_and_then_the_status() {
        let refusal = |status, body: &str| refused(&Reply { status, wait: None, body: body.as_bytes().to_vec() });
        let old = refusal(400, r#"{"code":21610,"message":"no","more_info":"x","status":400}"#);
        assert_eq!((old.action, old.code.as_str()), (Action::GiveUp, "21610"));
        let new = refusal(429, r#"{"type":"x","title":"no","status":429,"code":20429}"#);
        assert_eq!((new.action, new.code.as_str()), (Action::Retry, "20429"));
        let unheard_of = refusal(400, r#"{"code":21999}"#);
        assert_eq!((unheard_of.action, unheard_of.code.as_str()), (Action::GiveUp, "21999"));
        assert_eq!(refusal(502, "<html>").action, Action::RetryOnce);
    }
}
